"""How the kit starts kernels and JupyterLab: with nobody's code but its own and what is installed.

Left alone, a kernel imports a `ruptures.py` that lies beside the notebook, runs the startup files of the
user's IPython folder, and takes whatever kernel the user's Jupyter folder names. A case is evidence, sent by
others; so kernels get safe paths, a working folder outside the case, and configuration folders of our own.
Loopback only.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from investigator.report import atomic

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

# What the caller's shell may say that would bring code, or another interpreter's habits, into the kernel.
# PYTHONDONTWRITEBYTECODE is here for speed: importing pandas takes three times as long with it.
_DROPPED = (
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONHOME",
    "PYTHONINSPECT",
    "PYTHONBREAKPOINT",
    "PYTHONUSERBASE",
    "PYTHONPLATLIBDIR",
    "PYTHONWARNINGS",
    "PYTHONOPTIMIZE",
    "PYTHONDONTWRITEBYTECODE",
    "JUPYTER_PATH",
    "JUPYTER_CONFIG_PATH",
    "JUPYTER_TOKEN",
    "JUPYTERLAB_DIR",
    "PLOTLY_RENDERER",
    "MATPLOTLIBRC",
    "COLUMNS",
    "LINES",
)
_FOLDERS = {
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
# What a kernel says travels encrypted where jupyter_client can: other users of the machine can listen to
# loopback.
# Every kernel of ours knows the shorthand and keeps the trail, also before a case is opened in it.
_SHORTHAND = "--IPKernelApp.extra_extensions=investigator"
_METADATA = {"debugger": True, "supported_encryption": "curve"}


@dataclass(frozen=True)
class Launch:
    """What it takes to start one kernel: the command, its environment, and its working folder."""

    argv: list[str]
    environment: dict[str, str]
    folder: Path

    def manager(self) -> AsyncKernelManager:
        """A kernel manager that starts this interpreter, without looking for kernels in anybody's folders."""
        import zmq
        from jupyter_client.kernelspec import KernelSpec
        from jupyter_client.manager import AsyncKernelManager

        manager = AsyncKernelManager(transport="tcp", ip="127.0.0.1")
        if manager.has_trait("transport_encryption") and zmq.has("curve"):
            manager.transport_encryption = "auto"
        manager.connection_file = str(Path(self.environment["JUPYTER_RUNTIME_DIR"]) / "kernel.json")
        manager._kernel_spec = KernelSpec(
            argv=self.argv, display_name="Investigator", language="python", metadata=_METADATA
        )
        return manager


def environment(home: Path) -> dict[str, str]:
    """The environment of a kernel or of JupyterLab whose own folders lie in `home`; makes them.

    The caller's variables without those that bring code along. `INVESTIGATOR_FOLDER` says where the person
    stood, as the kernel itself stands elsewhere.
    """
    home = home.resolve()
    found = {key: value for key, value in os.environ.items() if key not in _DROPPED}
    for variable, name in _FOLDERS.items():
        (home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
        found[variable] = str(home / name)
    (home / "work").mkdir(exist_ok=True, mode=0o700)
    found.update(
        PYTHONSAFEPATH="1",
        JUPYTER_PREFER_ENV_PATH="0",  # else the interpreter's own kernel comes before the kit's
        PYTHONPATH=str(_path_to_kit(home)),
        PYTHONHASHSEED="0",
        PYTHONUTF8="1",
        TZ="UTC",
    )
    found.setdefault("INVESTIGATOR_FOLDER", os.getcwd())
    return found


@contextmanager
def launch() -> Iterator[Launch]:
    """A fresh kernel's command, environment and folders, gone again afterwards."""
    with tempfile.TemporaryDirectory(prefix="investigator-", ignore_cleanup_errors=True) as name:
        home = Path(name).resolve()
        settings = environment(home)
        # INVESTIGATOR_RUN tells the case that nobody sits before this kernel, so it writes nothing into the
        # record.
        settings.update(PLOTLY_RENDERER="plotly_mimetype", INVESTIGATOR_RUN="report")
        argv = [
            sys.executable,
            "-P",
            "-m",
            "investigator.report.kernel",
            ".",
            "-f",
            "{connection_file}",
            "--HistoryManager.enabled=False",
            _SHORTHAND,
        ]
        yield Launch(argv, settings, home / "work")


def lab_command(
    folder: Path, *, port: int | None = None, token: str | None = None, open_browser: bool = True
) -> tuple[list[str], dict[str, str]]:
    """The command and environment that open a folder in JupyterLab, on this machine only.

    The token travels as JUPYTER_TOKEN in the environment, where `ps` does not show it. Settings that a
    person makes in Lab are kept in the kit's own state folder, apart from their other Jupyter.
    """
    home = _state() / "lab"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = environment(home)
    settings["JUPYTER_TOKEN"] = token or secrets.token_urlsafe(24)
    for name, shown in (("investigator", "Investigator"), ("python3", "Python 3 (Investigator)")):
        _kernelspec(home / "data" / "kernels" / name, shown, settings, home / "work")
    _quiet(home / "settings")
    atomic.write(home / "config" / "jupyter_server_config.json", json.dumps(_server()).encode())
    argv = [
        sys.executable,
        "-P",
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={Path(folder).resolve()}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.allow_remote_access=False",
        f"--ServerApp.open_browser={open_browser}",
        "--ServerApp.terminals_enabled=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        # Language servers would be looked for, and started, in a node_modules folder inside the case.
        "--LanguageServerManager.autodetect=False",
        "--YDocExtension.disable_rtc=True",
        "--MultiKernelManager.default_kernel_name=investigator",
        # A notebook that names python3 gets the kit's kernel too.
        "--KernelSpecManager.ensure_native_kernel=False",
    ]
    if port is not None:
        argv += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        argv.append("--allow-root")
    return argv, settings


def _path_to_kit(home: Path) -> Path:
    """A folder that holds the kit and nothing else, so that nothing that lies beside the kit is importable.

    The kernel thus runs the kit that started it, installed, editable or from a checkout.
    """
    folder, package = home / "path", Path(__file__).resolve().parents[1]
    folder.mkdir(exist_ok=True, mode=0o700)
    link = folder / package.name
    if not (link.is_symlink() and link.resolve() == package):
        fresh = folder / f".{secrets.token_hex(4)}"
        fresh.symlink_to(package, target_is_directory=True)
        fresh.replace(link)
    return folder


def _state() -> Path:
    """The kit's own state folder of this user, or a temporary one where there is no home to write to."""
    base = os.environ.get("XDG_STATE_HOME", "")
    wanted = Path(base) if os.path.isabs(base) else Path.home() / ".local" / "state"
    try:
        (wanted / "investigator").mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="investigator-"))
    return wanted / "investigator"


def _kernelspec(folder: Path, shown: str, settings: dict[str, str], work: Path) -> None:
    """A kernel as Lab finds it. Lab starts kernels in the notebook's folder; ours steps out of it first."""
    kept = ("PYTHONSAFEPATH", "PYTHONPATH", "PYTHONHASHSEED", "TZ", "IPYTHONDIR")
    spec = {
        "argv": [
            sys.executable,
            "-P",
            "-m",
            "investigator.report.kernel",
            str(work),
            "-f",
            "{connection_file}",
            _SHORTHAND,
        ],
        "display_name": shown,
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": _METADATA,
        "env": {key: settings[key] for key in kept},
    }
    # Atomic, because another Lab of the same user may be starting a kernel from it just now.
    atomic.write(folder / "kernel.json", json.dumps(spec, indent=1).encode())


def _server() -> dict[str, dict[str, object]]:
    """What Lab's server is told: encrypted kernels, and no jupytext, which runs a jupytext.py it finds."""
    import zmq

    settings: dict[str, dict[str, object]] = {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_jupytext": False, "jupytext": False}}
    }
    if zmq.has("curve"):
        settings["KernelManager"] = {"transport_encryption": "auto"}
    return settings


def _quiet(settings: Path) -> None:
    """Lab asks whether it may fetch news, and which kernel to start. It may not, and there is but one.

    Written once; what a person changes in Lab afterwards stays.
    """
    answers = {
        "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
        "notebook-extension/tracker": {"autoStartDefaultKernel": True},
    }
    for name, answer in answers.items():
        file = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        if not file.exists():
            atomic.write(file, json.dumps(answer).encode())


def _main() -> None:
    import gc

    os.chdir(sys.argv.pop(1))
    # A kernel holds the few hundred thousand objects of its libraries; looked through for every 700 new ones,
    # they cost a third of all its time.
    gc.set_threshold(100_000, 20, 100)
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


if __name__ == "__main__":
    _main()
