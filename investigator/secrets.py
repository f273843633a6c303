"""Secrets in what people paste and write: seen by the shape that their maker gave them, by the name before them, or by
their check digits; masked before anything is kept or shown. All patterns are read by RE2: no text can make them hang.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from investigator import re2

MASKED = "[secret masked]"

#: What services publish of the shapes of their keys: what stands first, and of what the rest is made.
_TOKENS = (
    r"gh[pousr]_\w{30,}", r"github_pat_\w{30,}", r"gl(?:pat|dt|rt|ptt|cbt|soat|agent)-[\w-]{20,}", r"xox[abeoprs]-[\w-]{10,}",
    r"xapp-\d-[\w-]{10,}", r"xoxe\.xox[bp]-[\w-]{10,}", r"(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[0-9A-Z]{16}", r"AIza[\w-]{30,}",
    r"GOCSPX-[\w-]{20,}", r"ya29\.[\w-]{20,}", r"[rsp]k_(?:live|test)_\w{16,}", r"whsec_[\w+/=-]{20,}", r"SG\.[\w-]{16,}\.[\w-]{30,}",
    r"(?:SK|AC)[0-9a-f]{32}", r"key-[0-9a-f]{30,}", r"npm_\w{30,}", r"pypi-[\w-]{30,}", r"dckr_(?:pat|oat)_[\w-]{20,}",
    r"do[opr]_v1_[0-9a-f]{40,}", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{30,}", r"sk-[\w-]{20,}", r"hf_\w{30,}",
    r"\d{8,11}:AA[\w-]{30,}", r"[MNO][\w-]{22,28}\.[\w-]{6}\.[\w-]{27,}", r"hv[sbr]\.[\w-]{24,}", r"[a-zA-Z0-9]{14}\.atlasv1\.[\w-]{50,}",
    r"dapi[0-9a-f]{32}(?:-\d)?", r"gl(?:sa|c)_[\w-]{30,}", r"ATATT3[\w=-]{30,}", r"ATCTT3[\w=-]{30,}", r"AGE-SECRET-KEY-1[0-9A-Z]{30,}",
    r"NRAK-[0-9A-Z]{20,}", r"NR(?:II|IQ|RA)-[\w-]{20,}", r"sq0(?:atp|csp)-[\w-]{20,}", r"EAAA[\w-]{50,}", r"PMAK-[0-9a-f]{24}-[0-9a-f]{30,}",
    r"lin_api_\w{30,}", r"sntry[su]_[\w=-]{30,}", r"dt0c01\.\w{20,}\.\w{30,}", r"rubygems_[0-9a-f]{30,}", r"pul-[0-9a-f]{30,}",
    r"figd_[\w-]{30,}", r"fio-u-[\w=-]{30,}", r"dp\.(?:pt|st|ct|sa)\.[\w.]{30,}", r"tskey-[a-z]+-[\w-]{16,}", r"ntn_\w{30,}",
    r"secret_\w{40,}", r"[0-9a-f]{32}-us\d{1,2}\b", r"pscale_(?:tkn|pw|oauth)_[\w.-]{30,}", r"AccountKey=[\w+/=]{30,}", r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",
    r"gl(?:ft|imt|ffct|wt|oas)-[\w-]{20,}", r"GR1348941[\w-]{20,}", r"ATBB\w{30,}", r"1//0[\w-]{40,}", r"x(?:key|smtp)sib-[0-9a-f]{64}-\w{16}",
    r"[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}\b", r"md-[\w-]{22}\b", r"v1\.(?:0-[0-9a-f]{24}-)?[0-9a-f]{40,}", r"fm[12][ar]?_[\w+/=,-]{40,}", r"fo1_[\w-]{30,}",
    r"HRKU-[\w-]{30,}", r"nf[pcobu]_\w{36,}", r"sbp_[0-9a-f]{30,}", r"sb_secret_[\w-]{20,}", r"napi_\w{30,}", r"ops_eyJ[\w-]{30,}", r"s\.[A-Za-z0-9]{24}\b",
    r"[0-9a-f]{36}NRAL", r"dt0s\d\d\.[0-9A-Z]{8,}\.\w{30,}", r"eyJrIjoi[\w+/=]{30,}", r"sq[pua]_[0-9a-f]{40}", r"CCIP(?:AT|RJ)_\w{20,}_[0-9a-f]{30,}",
    r"bk(?:ua|[pac]t)_[0-9a-f]{40}", r"AKCp\w{30,}", r"cmVmdGtu\w{30,}", r"oy2[a-z0-9]{30,}", r"cio[A-Za-z0-9]{30,}", r"packagist_\w{3,4}_[0-9a-f]{30,}",
    r"CLOJARS_[0-9a-f]{30,}", r"p8e-[a-z0-9]{30,}", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{30,}", r"CFPAT-[\w-]{30,}", r"sl\.(?:u\.)?[\w-]{60,}", r"[5KL][1-9A-HJ-NP-Za-km-z]{50,51}\b", r"[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,}", r"[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b", r"duffel_\w{4}_[\w-]{30,}",
    r"EZ[AT]K\w{54}", r"EAA[A-Z]\w{80,}", r"FLWSECK(?:_TEST)?-[\w-]{30,}", r"live_[\w-]{35,}", r"sk\.eyJ[\w-]+\.[\w-]{20,}", r"access-[a-z]+-[0-9a-f-]{36}\b",
    r"rdme_[a-z0-9]{30,}", r"r8_\w{30,}", r"shippo_\w{4}_[0-9a-f]{30,}", r"oauth:[a-z0-9]{30}\b", r"A{21,}[\w%]{50,}", r"tfp_[\w-]{30,}", r"gsk_\w{30,}",
    r"pplx-\w{30,}", r"xai-\w{30,}", r"lsv2_[a-z]{2}_[0-9a-f]{32}_[0-9a-f]{10}", r"pcsk_\w{30,}", r"A3(?:-[A-Z0-9]{5,6}){6}\b", r"rzp_live_\w{14}",
    r"\w{70,80}AZDO\w{4}\b", r"pat-(?:eu|na)\d-[0-9a-f-]{30,}", r"cflt[\w/+]{30,}", r"essu_\w{30,}", r"[\w.~-]{3}\dQ~[\w.~-]{31,34}",
    r"IQoJb3JpZ2lu[\w+/=]{30,}", r"LTAI[A-Za-z0-9]{16,24}\b", r"(?:sc|ext|scauth|authress)_[a-z0-9]{5,30}\.[a-z0-9]{4,6}\.acc[_-][a-z0-9-]{10,32}\.[\w+/=-]{30,}",
    r"pat\.[\w-]{22}\.[0-9a-f]{24}\.\w{20}", r"api_org_[A-Za-z]{30,}", r"s-s4t2(?:ud|af)-[0-9a-f]{30,}", r"sha256~[\w-]{30,}", r"sm_(?:aat|pat|sat)_\w{16,}",
    r"AQVN[\w-]{30,}", r"t1\.[\w-]{40,}\.[\w-]{80,}", r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,}",
    r"4b1d[A-Za-z0-9]{38}\b", r"API-[A-Z0-9]{26}\b", r"SSWS 00[\w-]{30,}", r"tk-(?:us|eu)-[\w-]{30,}", 
    r"sgp_(?:\w{16}_)?[0-9a-f]{30,}", r"\d/\d{16}/\d{16}:[0-9a-f]{32}", r"snyk_uat\.[0-9a-f]{8}\.[\w-]{30,}", r"AKID[A-Za-z0-9]{30,}",
    # A private key in PEM once more in base 64, as Kubernetes holds it: -----BEGIN, then RSA, EC, OPENSSH or none, PRIVATE.
    r"LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0EgUFJJVkFURS|BFQyBQUklWQVRF|BPUEVOU1NIIFBSSVZBVE|BFTkNSWVBURUQg)[\w+/=]+",
)  # fmt: skip
_SHAPES = (
    r"()((?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\z)"
    rf"|\b(?:{'|'.join(_TOKENS)})|https://hooks\.(?:slack|zapier)\.com/(?:services|workflows|hooks/catch)/[\w/]+"
    r"|\bbot\d{8,11}:AA[\w-]{30,}|https://[\w.-]+/hooks/[a-z0-9]{26}\b"
    r"|PuTTY-User-Key-File-\d(?s:.*?)(?:Private-MAC: [0-9a-f]+|\z)|::add-mask::\S{4,}"
    r"|https://[\w.-]+\.webhook\.office\.com/\S+|https://discord(?:app)?\.com/api/webhooks/\S+"
    # A password as it is kept, in the modular form of crypt(3): what it was made by, its salt, its hash.
    r"|\b[0-9a-f]{32}:[0-9a-f]{32}:::|\{S?SHA\d*\}[\w+/=]{20,}"
    r"|\*[0-9A-F]{40}\b|\bSCRAM-SHA-\d+\$[\w:+/=$]{40,}|\bpbkdf2_\w+\$\d+\$[\w+/=$.-]{30,}"
    r"|\$(?:1|5|6|7|8|9|y|gy|2[abxy]|apr1|sha1|md5|argon2(?:id|i|d)|pbkdf2[\w-]*|scrypt)\$[\w./=,$+-]{20,})"
)
#: What people call a secret, in their languages; `_`, `-`, a blank or nothing may join the parts.
_WORDS = (
    "pass(?:word|wd|phrase|code)|passwd|pwd|psk|secret|token|api~key|access~key|auth~key|private~key|account~key|signing~key|encryption~key|"
    "shared~key|credentials?|session~(?:id|key|token)|sessionid|jsessionid|phpsessid|connect[.]sid|"
    "passwort|kennwort|losungswort|geheimnis|zugangscode|zugriffs?token|"
    "mot~de~passe|mdp|jeton|code~secret|"
    "contrase[ñn]a|clave~secreta|clave~(?:de~)?acceso|"
    "segreto|segredo|parola~chiave|parola~d[ _.'’-]?ordine|chiave~segreta|codice~segreto|"
    "senha|palavra~passe|chave~secreta|"
    "wachtwoord|geheim|toegangscode|"
    "has[łl]o|tajny~klucz|"
    "l[öo]senord|hemlighet|"
    "parola|[şs]ifre|gizli~anahtar|"
    "passord|adgangskode|kodeord|salasana|tunnussana|heslo|jelsz[óo]|geslo|lozinka|parol[ăe]|storepass|keypass|code~d['’]?acc[eè]s|cl[ée]~secr[eè]te|"
    "парола|parole|parool|salas[õo]na|slapta[žz]odis|лозинка|fjal[ëe]kalim|lykilor[ðd]|a[ðd]gangsor[ðd]|pasahitza|contrasenya|contrasinal|"
    "nenosiri|wagwoord|cyfrinair|focal~faire|kata~sandi|m[ậa]t~kh[ẩa]u|құпиясөз|գաղտնաբառ|სიტყვა|პაროლი|रहस्य|पासवर्ड|टोकन|รหัสผ่าน|گذرواژه|رمز~عبور|كلمة~سر|"
    "口令|パスコード|비번|시크릿|비밀키|토큰|令牌|トークン|シークレット|秘密鍵|密钥|密鑰|金鑰|api~(?:キー|키|密钥)|סיסמא|טוקן|توكن|رمز~سري|مفتاح~سري|"
    "(?:api|zugangs|zugriffs|geheim(?:er)?~)~schl[üu]ssel|api~(?:sleutel|nyckel|kulcs|kl[íi][čc]|n[øo]kkel|n[øo]gle|avain|anahtar[ıi]?)|"
    "(?:clave|cl[ée]|chave|chiave|klucz|cheie|ключ|κλειδ[ίι])~(?:de~|d['’]|do~)?(?:api|acceso|accesso|acesso|dost[ęe]pu|secret\\p{L}+|segreta|secreta)|"
    "hemlig~nyckel|salainen~avain|hemmelig~n[øo](?:gle|kkel)|titkos~kulcs|tajn[ýyi]~(?:kl[íi][čc]|klju[čc])|секретный~ключ|"
    "(?:zugangs|freischalt|aktivierungs|wiederherstellungs|herstel)code|(?:recovery|backup|unlock|entry|door|access)~code|"
    "(?:code|codice|c[óo]digo)~(?:de|di)~(?:r[ée]cup[ée]ration|recupero|recuperaci[óo]n|recupera[çc][ãa]o|acceso|accesso|acesso)|jeton~d['’]acc[èe]s|"
    "(?:master|licen[cs]e|webhook|consumer|deploy|ssh|storage|pre~shared)~key|client~key~data|tls[.]key|key~string|auth~(?:string|token)|(?:db|root|admin|user|smtp)~pw|pw~(?:db|root|admin)|"
    "пароль|секрет|токен|ключ~доступа|κωδικ[όο]ς(?:~πρ[όο]σβασης)?|パスワード|暗証番号|密码|密碼|비밀번호|암호|סיסמה|كلمة~(?:السر|المرور)|رمز~المرور"
).replace("~", "[ _.-]?")
_QUOTE = r"\\?[\"'`]?"
_NAMED = (
    rf"(?i)((?:--)?[\p{{L}}\d_.-]*(?:{_WORDS})[\p{{L}}\d_.-]*{_QUOTE}(?:[ \t]*(?:=>|:=|[:=：]|%3[Dd]|:[ \t]*[>|][+-]?\r?\n)[ \t]*|[ \t]*(?:是|为|為|は)[ \t]*|[ \t]+(?:is|ist|lautet|est|es|är|jest|je|è|é)[ \t]+(?:[«„“][ \t]*)?|>))"
    r"(\\?\"[^\"\n]{4,}?\"|\\?'[^'\n]{4,}?'|[^\s,;|\"'<>)\\]{4,})"
)
_OPTION = rf"(?i)(--?[\p{{L}}\d_.-]*(?:{_WORDS})[\p{{L}}\d_.-]*[ \t]+)(\"[^\"\n]{{4,}}?\"|'[^'\n]{{4,}}?'|[^\s,;|\"'<>)\\]{{4,}})"
#: What people call a key, or words that open, in their languages: of other things too, so that what such a name holds must
#: look like one that was made up.
_OPENS_BY = (
    "schl(?:ü|ue|u)ssel|sleutel|nyckel|n[øo]gle|n[øo]kkel|kl[íi][čc]|klju[čc]|kulcs|avain|anahtar|clave|llave|cl[ée]f?|chave|chiave|"
    "klucz|chei[ea]|ключ|κλειδ[ίι]|キー|鍵|키|열쇠|钥|鑰|鍵|מפתח|مفتاح|belirte[cç]|has[łl]o|parola|losung|zugangsdaten|(?:admin|root|db|svc)_?pass|pin[ _-]?code|(?:hmac|recovery|unlock|decryption|cipher|enc|crypt)[ _-]?key|"
    "mot~de~passe|\\bcreds?\\b|credenci[ae]l|credenzial|gettone|sekret|_s[ıi]r|tajemstv[íi]|\\p{L}+code|(?:code|kod|код|c[óo]digo|codice)_\\p{L}+|fras[ea]|fraza|lösenfras|фраза|phrase|wachtzin|zdanie|合言葉|слово"
).replace("~", "[ _.-]?")
_OPENING = (
    rf"(?i)((?:--)?[\p{{L}}\d_.-]*(?:{_OPENS_BY})[\p{{L}}\d_.-]*(?:[ \t](?:d[eio][ '’])?[\p{{L}}'’]+)?(?:[ \t][\p{{L}}'’]+)?{_QUOTE}(?:[ \t]*(?:=>|:=|[:=：]|%3[Dd])[ \t]*|>|[ \t]+))"
    r"(\\?\"[^\"\n]{8,}?\"|\\?'[^'\n]{8,}?'|[^\s,;|\"'<>)\\]{8,})"
)
#: A short word in small letters, a sign, and a long run that nobody would type: how makers of tokens shape theirs.
_LONG_RUN = r"(\b[a-z][a-z0-9]{1,9}(?:[_-][a-z0-9]{1,10}){0,2}[_~.-])([A-Za-z0-9][\w-]{31,})\b"
_HEX_RUN = r"(\b[a-z0-9_]{0,12}(?:sk|key|pat|oauth|token|secret|api)_)([0-9a-f]{40,})\b"
#: A name that ends in "pass", such as db.pass: a word of many meanings, so its value must look like one that was made up.
_SHORT = r"(?i)((?:\b|[_.-]|user|login|admin|root)(?:pass|pw|mdp)\\?[\"'`]?(?:[ \t]*(?:=>|:=|[:=])[ \t]*|>))(\\?\"[^\"\n]{4,}?\"|\\?'[^'\n]{4,}?'|[^\s,;|\"'<>)\\]{4,})"
_VALUE = r"(\"[^\"\n]{4,}?\"|'[^'\n]{4,}?'|[^\s,;|\"'<>)\\]{4,})"
#: In Polish and Czech, "to" and "je" are "is".
_IS = rf"(?i)(\b(?:has[łl]o[ \t]+(?:to|brzmi)|heslo[ \t]+je)[ \t]+){_VALUE}"
_PASSWORD = (
    r"(?:^|[^\p{L}\d_])(?:pass(?:word|wd|phrase|code)|pwd|passwort|kennwort|losungswort|mot de passe|contrase[ñn]a|parola|senha|"
    r"wachtwoord|has[łl]o|heslo|l[öo]senord|[şs]ifre|passord|adgangskode|salasana|jelsz[óo]|пароль)"
)
#: A password some words before: what follows must look like one that a machine made.
_NEAR = (
    rf"(?i)({_PASSWORD}(?:[ \t]+[^\s:;,|=\"]{{1,12}}){{0,4}}?[ \t]*:?[ \t]+[\"'`]?)([^\s,;|\"'`<>)\\]{{10,}})"
)
#: A password right before, or with a sign after some words: capitals, small letters and digits are enough.
_NEXT = rf"(?i)({_PASSWORD}(?:[ \t]+|(?:[ \t]+[^\s:;,|=\"]{{1,12}}){{1,4}}?(?:[ \t]*:|[ \t]+(?:is|ist|lautet|est|es|è|é|är|er|on|jest|to|je|это))[ \t]+)[\"'`]?)([^\s,;|\"'`<>)\\]{{8,}})"
#: Any secret's name right before, as shells set them; what follows must look like one that a machine made.
_BESIDE = rf"(?i)([\w.-]*(?:{_WORDS})[\w.-]*[ \t]+)([^\s,;|\"'`<>)\\]{{10,}})"
#: Names of other things too; what they hold must look like one that a machine made.
_OFTEN = r"(?i)((?:\b|_)(?:auth|salt|pepper|hmac|(?:t?otp_)?seed)\\?[\"'`]?[ \t]*[:=][ \t]*\\?[\"'`]?)([^\s,;|\"'<>)\\]{10,})"
#: Who may come in, and by what: a header, a cookie, a line that says both.
_COMES_IN = (
    r"(?i)(\b(?:proxy-)?authori[sz]ation\\?[\"'`]?[ \t]*[:=][ \t]*\\?[\"'`]?(?:(?:token|ssws|geniekey|splunk|negotiate|ntlm|api-?key|dpop|key|oauth|snowflake|mac)[ \t]+(?:token=\\?[\"']?)?)?"
    r"|authori[sz]ation[^\n]{0,300}\b(?:signature|mac)=\\?[\"']?"
    r"|\bcookie\\?[\"']?:[^\n]{0,200}?[\w-]*(?:sid|sess\w*|auth\w*|jwt|remember\w*)="
    r"|\b(?:creds?|credentials|logins?|zugang(?:sdaten)?)[ \t]*:?[ \t]+[\w.@-]+[ \t]*[:/][ \t]*"
    r"|\b(?:user|login)[\w-]*[ \t:=]+[^\s,;]+[,; \t]+pass[ \t:=]+|\bLOGIN[ \t]+[\w.@-]+[ \t]+)([^\s,;|\"'<>)\\]{8,})"
)
#: A name in one place and its value in the next: a form, XML, YAML, JSON.
_PAIRED = (
    rf"(?i)(\b(?:name|key)\\?[\"']?[ \t]*[:=][ \t]*\\?[\"']?[\w.-]*(?:{_WORDS})[\w.-]*\\?[\"']?(?:[ \t]*,?\s*\\?[\"']?value\\?[\"']?[ \t]*[:=][ \t]*|\r?\n\r?\n))"
    r"(\\?\"[^\"\n]{4,}?\"|\\?'[^'\n]{4,}?'|[^\s,;|\"'<>)\\]{4,})"
)
#: The words by which what is lost is got back, in BIP 39: twelve to twenty-four.
_WORDS_BACK = r"(?i)((?:seed|recovery|backup|mnemonic|wiederherstellungs)[ _-]?(?:phrase|words|seed|w[öo]rter)?\\?[\"']?[ \t]*[:=][ \t]*\\?[\"']?)((?:[a-z]{3,8}[ \t]){11,23}[a-z]{3,8})"
#: What a database, a router and a shell call it by.
_SET = r"(?i)((?:(?:identified by|with(?: encrypted)? password|securestring)[ \t]+|password[ \t]*(?:=[ \t]*N|\()))(\"[^\"\n]{4,}\"|'[^'\n]{4,}')"
_ROUTER = r"(?i)(\bpassword 7 )([0-9a-f]{8,})\b"
_PIPED = r"(?i)(\becho[ \t]+(?:-n[ \t]+)?[\"']?(?:[\w.@-]+:)?)([^\s\"'|:]{4,})[\"']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?(?:chpasswd|passwd|su\b|sudo[ \t]+-S|\S[^|\n]{0,120}--password-stdin)"
_SWITCH = r"(\b(?:snmp-server community|(?:tacacs|radius)-server key(?: [0-9])?|isakmp key(?: [0-9])?|chap password [0-9]|requirepass|masterauth)[ \t]+\"?)([^\s\"]{4,})"
#: Commands that take a password behind a letter alone, and addresses that hold it behind a name.
_COMMAND = (
    r"(\b(?:(?:docker|podman|helm|oras|crane|oc|cf|az)\b[^\n|;]*\blogin\b[^\n|;]*?[ \t]-p[ =]?"
    r"|openssl\b[^\n|;]*?[ \t]-(?:k|pass|passin|passout)[ =](?:pass:)?|sshpass[ \t]+-p[ =]?"
    r"|(?:mysql|mariadb)[\w-]*\b[^\n|;]*?[ \t]-p|ldap[a-z]+\b[^\n|;]*?[ \t]-w[ =]?"
    r"|jdbc:oracle:\w+:[^\s/@]{1,60}/|sqlplus[ \t]+(?:-\w+[ \t]+)*[\w.$]{1,40}/|WIFI:(?:[^;\n]{0,60};){0,4}?P:"
    r"|curl\b[^\n|;]*?[ \t](?:-u|--user)[ =]?[\"']?[^\s:\"'$]{1,60}:|smbclient\b[^\n|;]*?[ \t]-U[ =]?[^\s%]{1,60}%"
    r"|redis-cli\b[^\n|;]*?[ \t]-a[ =]?|mongo\w*\b[^\n|;]*?[ \t]-p[ =]?|\b(?:zip|unzip)\b[^\n|;]*?[ \t]-P[ =]?"
    r"|\b(?:7z\w?|unrar|rar)\b[^\n|;]*?[ \t]-h?p|htpasswd[ \t]+-\w*b\w*[ \t]+\S+[ \t]+\S+[ \t]+"
    r"|net user[ \t]+\S+[ \t]+|wpa_passphrase[ \t]+\S+[ \t]+"
    r"|\b(?:sqlcmd|bcp|osql|ipmitool|mosquitto_\w+)\b[^\n|;]*?[ \t]-P[ =]?|\bplink\b[^\n|;]*?[ \t]-pw[ ]|\b(?:impdp|expdp|imp|exp|rman)[ \t]+(?:target[ \t]+)?\w+/"
    r"|--from-literal=[\w.-]+=|\bsetx?[ \t]+\w*(?:TOKEN|SECRET|PASSWORD|KEY)\w*[ \t]+|\bAUTH PLAIN[ \t]+|\bAUTH[ \t]+(?:default[ \t]+)?\"|\bIDENTIFIED BY[ \t]+|\bdb2 connect to \w+ user \w+ using[ \t]+"
    r"|\bnet use\b[^\n|;]*/user:\S+[ \t]+|\bxfreerdp\b[^\n|;]*[ \t]/p:|\bsnmp\w+\b[^\n|;]*?[ \t]-[AX][ ])[\"']?)"
    r"([^\s@;\"'|]{4,})"
)
#: A name that ends in key, and a number of so many bits in base 64.
_KEY = r"(?i)((?:[\w.-]*key\\?[\"'`]?[ \t]*[:=]|[\w.-]*(?:secret|access)[\w.-]*key)[ \t]*\\?[\"'`]?)([A-Za-z\d+/]{40,}={0,2})"
#: A code that is good for once: digits alone, behind what such a code is called.
_ONCE = (
    r"(?i)(\b(?:puk\d?|sms[ _-]?code|einmal(?:kennwort|passwort|code)|(?:best[äa]tigungs|sicherheits|freigabe)code|"
    r"c[óo]digo de (?:verifica\w*|seguridad|segurança)|code de (?:v[ée]rification|s[ée]curit[ée])|codice di (?:verifica|sicurezza)|"
    r"kod (?:weryfikacyjny|sms)|(?:your|ihr|votre|uw|din)[ \t]+(?:code|tan|pin)(?:[ \t]+(?:is|ist|est|lautet))?|"
    r"(?:m-?tan|pin[ _-]?(?:code|number|nummer|kod[iu]?|kode)|(?:code|codice|c[óo]digo|kod)[ _-]pin|geheimzahl|pinkode|tunnusluku)(?:[ \t]+(?:is|ist|est|lautet))?|"
    r"cv[vc]2?[ \t]|(?-i:PIN|TAN|OTP)[ \t]|(?:[\w-]*pin|tan|nip|cv[vc]2?|pr[üu]f(?:ziffer|nummer))[ _-]?(?:nr)?[ \t]*[:=])"
    r"\\?[\"'`]?[ \t]*[:=]?[ \t]*\\?[\"'`]?|(?:пин-?код|pin(?:码|コード|번호)|暗証番号|κωδικός[ _]pin|קוד[ _]סודי|(?:رقم|رمز)[ _]سري)[\"']?[ \t]*[:=：]?[ \t]*[\"']?)(\d{4,8})\b"
)
_ONCE_NAMED = (
    r"(?i)(\b(?:t?otp|(?:mfa|2fa|verification|security|log[ _-]?in|sign[ _-]?in|one[ _-]?time)[ _-]?(?:code|pin|passcode|password))"
    r"\\?[\"'`]?(?:[ \t]*[:=][ \t]*|[ \t]+is:?[ \t]+)\\?[\"'`]?)(\d{4,8})\b"
)
_QUERY = r"(?i)([?&](?:sig|signature|code|key|auth|jwt|x-(?:amz|goog)-signature|x-amz-security-token)=)([^\s&\"'<>]{12,})"
#: The number by which an authority knows a person, behind its name; what is short is one in capitals alone, as SIN and DNI.
_CIVIL = (
    r"((?:\b|_)(?:(?i:(?:ssn|aadhaa?r|pesel|bsn|cpf|curp|personnummer|f[øo]dselsnummer|henkil[öo]tunnus|codice fiscale|steuer[ -]?id(?:nr)?|idnr|ahv|nir|"
    r"burgerservicenummer|social (?:security|insurance)|national insurance|n[uú]m[ée]ro de (?:s[ée]curit[ée] sociale|seguridad social|identificaci[óo]n)|"
    r"s[ée]curit[ée] sociale|steuerliche identifikationsnummer|sozialversicherungs|rodn[ée] [čc][íi]slo|rijksregister|personal identity code|"
    r"passport|reisepass|personalausweis|id[ -]?card|tax id|taxpayer|national id)(?:entit[äa]tsnummer|nummer)?)|DNI|NIE|NIF|NIR|SIN|CPR|CNP|OIB|EGN|NI|HETU|NINO|RRN|SV|AVS|TIN|RUT|(?i:dni|nif|cpr|cnp|oib|egn|hetu|nino|personnr|aadhaa?r|ssn|pesel)(?:[ _-](?i:no|nr|number))?(?:[\"'`]?[ \t]*[:=]))"
    r"(?:[ -]?(?i:numbers?|num|nr|no|id))?(?:\b|[ \t])[.]?[ \t]*\\?[\"'`]?[ \t]*(?:(?i:is|ist|es|est)[ \t]+|[:=#][ \t]*)?\\?[\"'`]?)"
    r"([A-Z0-9]{1,16}(?:[ ./+-][A-Z0-9]{1,9}){0,7})"
)
#: What stands at its place in a command, a file or an address alone.
_PLACED = (
    r"((?i:(?:\b|_)(?:cvv2?|cvc2?|csc|card[ _-]?verification[ _-]?(?:code|value)))\\?[\"'`]?[ \t]*[:=][ \t]*\\?[\"'`]?)(\d{3,4})\b",
    r"(\"auth\\?\"[ \t]*:[ \t]*\\?\")([\w+/]{16,}={0,2})\\?\"",
    r"((?i:\b[\w.-]*key\\?[\"'`]?[ \t]*(?:=>|[:=])[ \t]*\\?[\"'`]?base64:))([\w+/]{20,}=*)",
    r"(\bssh-keygen\b[^\n]*?[ \t]-[NP][ \t]+)('[^'\n]{4,}'|\"[^\"\n]{4,}\"|\S{4,})",
    r"(pgpass\b[^\n]*?[\w.*-]+:(?:\d{2,5}|\*):[\w*.-]+:[\w*.-]+:)(\S{4,})",
    r"([\w.*-]+:\d{4,5}:[\w*.-]+:[\w*.-]+:)(\S{4,})[ \t][^\n]*pgpass\b",
    r"((?i:\btoken[ \t]+))([a-z0-9]{6}\.[a-z0-9]{16})\b",
    r"((?i:\bbind[ _-]?pw)[ \t=:]+[\"']?)([^\s\"']{6,})",
    r"((?i:(?:lizenz|aktivierungs|produkt)schl(?:ü|ue)ssel|\b(?:licen[cs]e|product|activation)[ _-]?key|cl[ée] de licence|clave de licencia)[\"'`]?[ \t]*[:=][ \t]*[\"'`]?)((?:[A-Z0-9]{4,8}-){2,7}[A-Z0-9]{4,8})\b",
    r"((?i:\b(?:verification|security|one[ -]time|otp|2fa|mfa|login)[ _-]?(?:code|pin)[ \t]+))(\d{6,8})\b",
    r"((?i:\b(?:alarm|door|card|sim|access|user|customer)[ _-]?pin[ \t]+))(\d{4,8})\b",
    r"((?i:\bcookie:)[^\n]*?\b[\w.-]*sess[\w.-]*=)([\w%.-]{16,})",
    r"(\bsnmp\w+[ \t][^\n]*?-c[ \t]+)(\S{4,})",
    r"((?i:(?:\b|_)(?:pass[ _-]?phrase|mnemonic|(?:seed|recovery|secret|backup)[ _-]?(?:phrase|words))\\?[\"'`]?(?:[ \t]*[:=][ \t]*|[ \t]+)))(\"[^\"\n]{12,}\"|'[^'\n]{12,}'|(?:[a-z]{3,12}[ ]){7,}[a-z]{3,12})",
    r"((?i:\b(?:recovery|backup|wiederherstellungs|rettungs|rescue)[ _-]?codes?(?: used)?\\?[\"'`]?[ \t]*[:=][ \t]*\\?[\"'`]?))([A-Za-z0-9]{3,8}(?:-[A-Za-z0-9]{3,8})+|\d{6,12})",
    r"((?i:\b(?:einmal|best[äa]tigungs|sicherheits|pr[üu]f|anmelde|freigabe)(?:code|passwort|kennwort|pin)|\bTAN|code [àa] usage unique|c[óo]digo de (?:verificaci[óo]n|un solo uso)|codice (?:di verifica|monouso))(?i:[ \t]*[:=][ \t]*|[ \t]+(?:lautet|ist|is|est|es|è|é)[ \t:]*))(\d{4,8})\b",
    r"(\bhttps?://)([0-9a-f]{32}|[A-Za-z0-9_-]{36,})@",
)
#: The answer to a challenge, by which a password can be tried out.
_DIGEST = r"(?i)(\bauthori[sz]ation[^\n]{0,300}\bresponse=\\?[\"']?)([0-9a-f]{32,})"
_HEADER = r"(?i)(\b(?:bearer|basic)\s+)([\w.~+/=-]{16,})"
_ADDRESS = r"(\b[A-Za-z][A-Za-z0-9+.-]*://[^\s:/@\"'<>]*:)([^\s/\"'<>]+)@"
_CARDS = r"(\d{15,16}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}|\d{4}[ -]\d{6}[ -]\d{5})"
_IBANS = r"(\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)"
#: What holds none has no such number: the first part of each, which Python finds without having it made ready.
_CARD_LIKE, _IBAN_LIKE = re.compile(r"\d{15}|\d{4}[ -]\d{4}"), re.compile(r"[A-Z]{2}\d{2} ?[A-Z0-9]{4}")
#: How long an account number is, by its country (ISO 13616 registry).
_IBAN_LENGTH = {
    country: int(length)
    for length, countries in (
        ("15", "NO"), ("16", "BE"), ("18", "DK FI FO GL NL"), ("19", "MK SI"), ("20", "AT BA EE KZ LT LU XK"),
        ("21", "CH HR LI LV"), ("22", "BG BH CR DE GB GE IE ME RS VA"), ("23", "AE GI IL IQ TL"),
        ("24", "AD CZ ES MD PK RO SA SE SK TN VG"), ("25", "LY PT ST"), ("26", "IS TR"), ("27", "FR GR IT MC MR SM"),
        ("28", "AL AZ BY CY DO EG GT HU LB NI PL SV"), ("29", "BR PS QA UA"), ("30", "JO KW MU"), ("31", "MT SC"),
    )
    for country in countries.split()
}  # fmt: skip
#: What stands behind such a name and is none.
_NO_SECRET = re.compile(
    r"(?i)(?:true|false|null|none|nil|on|off|yes|no|undefined|unknown|required|optional|missing|invalid|expired|failed|failure|"
    r"changed|correct|incorrect|wrong|disabled|enabled|hidden|masked|redacted|filtered|deleted|removed|empty|default|string|"
    r"rejected|accepted|denied|revoked|refreshed|updated|created|authentication|\*+|x+|\.+|\[.*|\$\{.*|\$[A-Z_]+|\{\{.*|<.*|%\w+%?)[.,:;!?]*"
)
#: Directly before what somebody says that a password is.
_SAID_TO_BE = re.compile(r"(?i)\b(?:is|ist|lautet|est|es|è|é|är|er|jest)[ \t]+[\"'`]?$")
#: Between the name of a key and what follows it.
_DENIED = re.compile(r"(?i)[ \t](?:not|nicht|no|keine?n?|pas|non|nie|ikke|inte|niet|n[ãa]o)[ \t]")
#: How a program prints an object: its class, and where it lies.
_SESSION = re.compile(r"(?i)(?:session[ _.-]?id|sid|phpsessid)\\?[\"'`]?[ \t]*(?:=>|:=|[:=>])[ \t]*$")
_OBJECT = re.compile(r"0x[0-9a-f]+$|[\w.$]+(?:@[0-9a-f]{4,16}$|\{[0-9a-f]+)")
#: What YAML says of the value that follows it, such as !vault or !Ref.
_TAG = re.compile(r"!!?[A-Za-z][A-Za-z:/]{1,20}")
#: Names that count or describe, and hold none.
_COUNTS = re.compile(
    r"(?i)(?:tokens|secrets|passwords|count|attempts?|changed|length|len|size|type|scanning|policy|expir\w*|_at|_on|age|"
    r"file|path|name|url|uri|status|state|enabled|required|limit|(?<![a-z])max\w*|(?<![a-z])min\w*|hash_?alg\w*|class|bucket|budget|used|usage)"
    r"\\?[\"'`]?\s*(?:=>|:=|[:=])?\s*$"
)
#: How long the shortest key that has a shape is: of Slack's, with five signs before ten.
_SHORTEST = 15
#: What was looked at lately, and what became of it.
_KNOWN: dict[str, str] = {}
_KNOWN_AT_MOST = 20_000
_LONG = re.compile(rf"\S{{{_SHORTEST}}}")


def mask(text: str) -> str:
    """The text with what looks like a secret replaced; names and the words around it stay."""
    return masks([text])[0]


def masks(texts: Sequence[str]) -> list[str]:
    """The same for many texts, each for itself. A pattern is made ready once for all that hold what it needs.

    What was short and looked at lately is known: a page says the same words in many places.
    """
    told = {text: _KNOWN.get(text, text) for text in texts}
    fresh = {text: text for text in told if text not in _KNOWN}
    low = {text: text.casefold() for text in fresh}
    present = _present(low.values())
    for pattern, is_one in _RULES:
        held = [text for text, now in fresh.items() if _may(pattern, now, low[text], present)]
        found = re2.pairs(pattern, [fresh[text] for text in held]) if held else []
        for text, pairs in zip(held, found, strict=True):
            if pairs:
                fresh[text] = _replaced(fresh[text], pairs, is_one)
                low[text] = fresh[text].casefold()
    fresh = {text: _checked(now) for text, now in fresh.items()}
    _remember(fresh)
    told |= fresh
    return [told[text] for text in texts]


def _remember(fresh: dict[str, str]) -> None:
    if len(_KNOWN) + len(fresh) > _KNOWN_AT_MOST:
        _KNOWN.clear()
    _KNOWN.update(
        itertools.islice(((text, now) for text, now in fresh.items() if len(text) <= 1_000), _KNOWN_AT_MOST)
    )


def masked(content: dict[str, Any]) -> dict[str, Any]:
    """The content of an entry with every text masked; the same object where there is nothing to mask."""
    told = list(dict.fromkeys(_each_text(content)))
    changed = {text: said for text, said in zip(told, masks(told), strict=True) if text != said}
    return _with(content, changed) if changed else content


def _each_text(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _each_text(one)


def _with(value: Any, changed: dict[str, str]) -> Any:
    if isinstance(value, str):
        return changed.get(value, value)
    if isinstance(value, list):
        return [_with(one, changed) for one in value]
    if isinstance(value, dict):
        return {name: _with(one, changed) for name, one in value.items()}
    return value


def _present(texts: Iterable[str]) -> dict[str, tuple[str, ...] | None]:
    """Of what each pattern needs, what stands anywhere in these texts; None for a pattern that needs nothing known."""
    everything = "\n".join([*texts, MASKED])
    found: dict[tuple[str, ...], tuple[str, ...] | None] = {(): None}
    for wanted in _needs().values():
        if wanted not in found:
            found[wanted] = tuple(one for one in wanted if one in everything)
    return {pattern: found[wanted] for pattern, wanted in _needs().items()}


@functools.cache
def _needs() -> dict[str, tuple[str, ...]]:
    # Of these the words of the name say more than the signs that stand behind it.
    said = {_OPENING: _OPENS_BY}
    return {pattern: re2.needed(said.get(pattern, pattern)) for pattern, _ in _RULES if pattern != _SHAPES}


def _may(pattern: str, text: str, low: str, present: dict[str, tuple[str, ...] | None]) -> bool:
    """Whether a text, which is `low` with its case folded, has what the pattern needs. Cheap, and never hides a secret."""
    if pattern == _SHAPES:
        return "PRIVATE KEY" in text or _LONG.search(text) is not None
    wanted = present[pattern]
    return wanted is None or any(one in low for one in wanted)


def _replaced(
    text: str, pairs: list[tuple[str, str]], is_one: Callable[[str, str, int], tuple[int, int]]
) -> str:
    clean, out, place, looked = re2.clean(text), [], 0, 0
    for before, value in pairs:
        at = clean.find(before + value, looked)
        if at < 0:
            continue
        looked = at + len(before) + len(value)
        start = at + len(before)
        if text.startswith(MASKED, start):
            continue
        start, stop = is_one(before, value, start)
        if stop > start:
            out += [text[place:start], MASKED]
            place = stop
    return "".join([*out, text[place:]])


def _all(before: str, value: str, start: int) -> tuple[int, int]:
    return start, start + len(value)


def _mixed(before: str, value: str, start: int) -> tuple[int, int]:
    """Whether what follows "Bearer" or "Basic" is no word of a sentence."""
    mixed = (
        any(map(str.isdigit, value))
        or (value != value.lower() and value[1:] != value[1:].lower())
        or "=" in value
    )
    return (start, start + len(value) * mixed)


def _made_up(before: str, value: str, start: int) -> tuple[int, int]:
    """The same as `_value`, where letters and digits, or letters and marks, stand in it together."""
    first, last = _value(before, value, start)
    inner = value[first - start : last - start]
    other = any(map(str.isdigit, inner)) or any(mark in "!$%&#@*+~^" for mark in inner)
    return (first, last) if other and any(map(str.isalpha, inner)) else (start, start)


def _jumbled(before: str, value: str, start: int) -> tuple[int, int]:
    """Whether its signs change between small, capital, digit and mark as often as no name of anything does."""
    inner = value.rstrip(".:")
    kinds = [0 if c.islower() else 1 if c.isupper() else 2 if c.isdigit() else 3 for c in inner]
    jumps = sum(one != other for one, other in itertools.pairwise(kinds))
    at_all = {0, 1, 2} <= set(kinds) and not re.search(r"\d{2}:\d{2}|^[\w.+-]+@[\w-]+\.|[/\\=]", inner)
    # Names and versions part their words by such marks.
    parts = sum(inner.count(mark) for mark in "-_.:")
    return (start, start + len(inner)) if at_all and jumps - 2 * parts >= 6 else (start, start)


def _opening(before: str, value: str, start: int) -> tuple[int, int]:
    """The same as `_made_up`, where it is long enough and no number of a thing: those have no small letter, and few signs."""
    first, last = _made_up(before, value, start)
    inner = value[first - start : last - start]
    marked = any(mark in "!$%&#*+~^" for mark in inner)
    direct = before.rstrip("\"'`\\ \t").endswith(("=", ">", ":", "：")) or before.startswith("-")
    if _DENIED.search(before):
        return start, start  # "Schlüssel nicht gefunden: artikel/59366" names what is not there
    if not direct or not any(map(str.islower, inner)) or len(inner) < (8 if marked else 12):
        return start, start
    return (start, start) if " " in inner or "://" in inner or inner.count("/") > 1 else (first, last)


def _run(before: str, value: str, start: int) -> tuple[int, int]:
    """Whether its signs change between small, capital and digit as often as chance has it, and as no word does."""
    if re.search(r"(?:sha|md)\d+[_~.-]$", before):
        return start, start  # what a file must be, and opens nothing
    kinds = [0 if c.islower() else 1 if c.isupper() else 2 for c in value if c not in "-_"]
    jumps = sum(one != other for one, other in itertools.pairwise(kinds))
    return (start, start + len(value)) if {0, 1} <= set(kinds) and 3 * jumps >= len(value) else (start, start)


def _three(before: str, value: str, start: int) -> tuple[int, int]:
    """Whether small letters, capitals and digits, or letters, digits and marks, stand in it together, and no path."""
    inner = value.rstrip(".:»”")
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: c in "!$%&#@*+~^")
    found = [any(map(kind, inner)) for kind in kinds]
    if (
        _SAID_TO_BE.search(before)
        and re.search(r"[^\W\d].*\d|\d.*[^\W\d]", inner)
        and not re.search(r"[/\\=@:]", inner)
    ):
        return start, start + len(inner)
    if sum(found) < 3 or not found[2] or re.search(r"\d:\d|[/\\=]|^[\w.+-]+@[\w-]+\.", inner):
        return start, start
    return start, start + len(inner)


def _civil(before: str, value: str, start: int) -> tuple[int, int]:
    """Of what stands behind the name of such a number, the parts that hold digits; none where these are too few."""
    end = len(value)
    for part in reversed(list(re.finditer(r"[A-Z0-9]+", value))):
        if any(map(str.isdigit, part[0])) or len(part[0]) == 1:
            break
        end = (
            value.rfind(re.findall(r"[ ./+-]", value[: part.start()])[-1], 0, part.start())
            if part.start()
            else 0
        )
    inner = value[:end]
    return (start, start + end) if 6 <= sum(map(str.isdigit, inner)) <= 18 else (start, start)


def _value(before: str, value: str, start: int) -> tuple[int, int]:
    """Where in a value behind a name the secret stands; nowhere where it is a word, a count or a place for one."""
    inner = value.lstrip("\\")
    quoted = inner[:1] in "\"'"
    lead = len(value) - len(inner) + quoted
    inner = value[lead : len(value) - quoted].removesuffix("\\")
    if not quoted:
        # The next parameter of an address, and the end of a sentence, are no part of it.
        inner = re.split(r"&[\w.-]+=", inner, maxsplit=1)[0]
        inner = inner.rstrip(".,:") if before.endswith((" ", "\t")) else inner
    nothing = (start, start)
    if "[secret" in inner or _NO_SECRET.fullmatch(inner) or _COUNTS.search(before):
        return nothing
    if len(inner) < 20 and _SESSION.search(before):
        return nothing  # the number of a session in a log, and no cookie
    if _OBJECT.match(inner) or (before.endswith(": ") and _TAG.fullmatch(inner)):
        return nothing
    digits, letters = any(map(str.isdigit, inner)), any(map(str.isalpha, inner))
    marks = any(mark in "!$%&#@*+~^" for mark in inner)
    direct = before.rstrip("\"'`\\").endswith(("=", ">", "=>", ":=")) or quoted
    if len(inner) < (6 if digits or marks else 8) or (" " in inner and not (digits or marks)):
        return nothing
    if not (digits and letters) and not marks and not (direct and (letters or len(inner) >= 6)):
        return nothing
    if "/" in inner[:2] and not digits and not marks:
        return nothing  # a path
    return start + lead, start + lead + len(inner)


_RULES = (
    (_SHAPES, _all),
    (_ADDRESS, _all),
    *((pattern, _all) for pattern in _PLACED),
    (_CIVIL, _civil),
    (_QUERY, _value),
    (_NAMED, _value),
    (_SHORT, _made_up),
    (_ONCE, _all),
    (_ONCE_NAMED, _all),
    (_IS, _value),
    (_WORDS_BACK, _all),
    (_PAIRED, _value),
    (_COMES_IN, _three),
    (_SWITCH, _all),
    (_PIPED, _made_up),
    (_NEAR, _jumbled),
    (_BESIDE, _jumbled),
    (_OFTEN, _jumbled),
    (_NEXT, _three),
    (_SET, _value),
    (_ROUTER, _all),
    (_COMMAND, _made_up),
    (_KEY, _mixed),
    (_OPTION, _value),
    (_OPENING, _opening),
    (_LONG_RUN, _run),
    (_HEX_RUN, _all),
    (_HEADER, _mixed),
    (_DIGEST, _all),
)


def _checked(text: str) -> str:
    """Numbers of cards and of bank accounts, where their check digits are right."""
    for pattern, is_one, least in ((_CARDS, _card, _CARD_LIKE), (_IBANS, _iban, _IBAN_LIKE)):
        if not least.search(text):
            continue
        out, place, looked = [], 0, 0
        for said, _ in re2.found(pattern, text):
            at = text.find(said, looked)
            looked = max(at + len(said), looked)
            size = is_one(said)
            edge = text[at - 1 : at], text[at + size : at + size + 1]
            if (
                at < 0
                or not size
                or any(one.isalnum() or (one in ("_", ".", "-") and one == edge[0]) for one in edge if one)
            ):
                continue
            out += [text[place:at], MASKED]
            place = at + size
        text = "".join([*out, text[place:]])
    return text


def _card(said: str) -> int:
    """How long the number of a card is, by the issuers' prefixes (ISO/IEC 7812) and Luhn's check; 0 for none."""
    digits = [int(one) for one in said if one.isdigit()]
    number = "".join(map(str, digits))
    issued = (
        number[:2] in ("34", "37")
        if len(digits) == 15
        else number[0] == "4" or 51 <= int(number[:2]) <= 55 or 2221 <= int(number[:4]) <= 2720
        or number.startswith(("6011", "65", "35")) or 644 <= int(number[:3]) <= 649
    )  # fmt: skip
    check = sum(sum(divmod(digit * (1 + place % 2), 10)) for place, digit in enumerate(reversed(digits)))
    return len(said) if issued and check % 10 == 0 and len(set(digits)) > 1 else 0


def _iban(said: str) -> int:
    """How much of it is the number of a bank account, by the length of its country and ISO 7064's check; 0 for none."""
    wanted, taken = _IBAN_LENGTH.get(said[:2], 0), ""
    for place, one in enumerate(said):
        taken += one if one != " " else ""
        if len(taken) == wanted:
            turned = "".join(str(int(one, 36)) for one in taken[4:] + taken[:4])
            return place + 1 if int(turned) % 97 == 1 else 0
    return 0
