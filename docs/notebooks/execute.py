"""Run a notebook of this folder with the Python that runs this file, and keep what it shows.

    python docs/notebooks/execute.py docs/notebooks/does-a-west-pivot-pay.ipynb

The folder in which its cells work is an empty one that is thrown away.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient


class Running(KernelSpecManager):
    """The one kernel there is: the Python that runs this, whatever kernels the machine has by that name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002 (the one there is)
        """How it is started."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python", resource_dir="")


def execute(path: Path, folder: Path, *, timeout: int = 600) -> Any:
    """Run a notebook.

    Parameters
    ----------
    path : the notebook.
    folder : where its cells work.
    timeout : seconds that one cell may take.

    Returns
    -------
    The notebook with what its cells have shown.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    manager = AsyncKernelManager(kernel_spec_manager=Running())
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook, km=manager, timeout=timeout, resources=where, record_timing=False, coalesce_streams=True
    ).execute()
    return notebook


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as scratch:
            made = execute(Path(name), Path(scratch))
        # Nothing that depends on the machine (as warnings of libraries do): the same model gives the same file.
        made.metadata = {key: made.metadata[key] for key in ("kernelspec",)}
        for cell in made.cells:
            if cell.cell_type == "code":
                cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
        nbformat.write(made, name)
