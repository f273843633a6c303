"""Who may see what of a page: names and numbers of people and customers under stable names of ours, and the attack on
the finished files that holds it."""
