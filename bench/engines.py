"""What engines cost beside `cleaner run`: CPU of all their processes, a start, and each page on top of it.

    python -m bench.engines [ENGINE ...] [--pages 800]

The pages are those of tests/, repeated. Each engine runs twice in a process of its own, with one page and with all of
them; the difference is what a page costs. CPU time and memory (proportional set size) are those of the process and all
its descendants, looked at ten times a second, so that what lives shorter may be missed. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")

JOBS = {
    "cleaner run": """
import sys
from pathlib import Path
from cleaner.run.runner import run
from cleaner.config import Config
run(["pages"], Path("out"), Config())
""",
    "clean_batch": """
import pyarrow.parquet as pq
from cleaner.etl.arrow import clean_table
pq.write_table(clean_table(pq.read_table("pages.parquet"), text_column="html"), "out.parquet")
""",
    "polars": """
import polars as pl
from cleaner.etl.polars import clean_frame
clean_frame(pl.read_parquet("pages.parquet"), text_column="html").write_parquet("out.parquet")
""",
    "duckdb": """
import duckdb
from cleaner.etl.duckdb import register
connection = duckdb.connect()
register(connection, text_type="BLOB")
connection.sql("COPY (SELECT unnest(clean(id, html)) FROM 'pages.parquet') TO 'out.parquet'")
""",
    "datasets": """
from datasets import Dataset
from cleaner.etl.huggingface import clean_dataset
if __name__ == "__main__":
    pages = Dataset.from_parquet("pages.parquet", cache_dir="hf")
    clean_dataset(pages, text_column="html", map_options={"num_proc": 2}).to_parquet("out.parquet")
""",
    "dask": """
import dask, dask.dataframe as dd
from cleaner.etl.dask import clean_dataframe
if __name__ == "__main__":
    pages = dd.read_parquet("pages.parquet", dtype_backend="pyarrow").repartition(npartitions=4)
    with dask.config.set(scheduler="processes", num_workers=2):
        clean_dataframe(pages, text_column="html").to_parquet("out.parquet")
""",
    "ray": """
import ray
from cleaner.etl.ray import clean_dataset
ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
clean_dataset(ray.data.read_parquet("pages.parquet"), text_column="html", batch_size=64).write_parquet("out.parquet")
""",
    "spark": """
from pyspark.sql import SparkSession
from cleaner.etl.spark import clean_dataframe
spark = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false").getOrCreate()
pages = spark.read.parquet("pages.parquet").repartition(4)
clean_dataframe(pages, text_column="html").write.parquet("out.parquet")
""",
}


def prepare(folder: Path, count: int) -> None:
    """Pages as files and as Parquet."""
    pages = [path.read_bytes() for path in sorted((ROOT / "tests" / "pages").glob("*.html"))]
    (folder / "pages").mkdir()
    rows = [(f"{n:05}.html", pages[n % len(pages)]) for n in range(count)]
    for name, data in rows:
        (folder / "pages" / name).write_bytes(data)
    table = pa.table({"id": [name for name, _ in rows], "html": pa.array([data for _, data in rows], pa.binary())})
    pq.write_table(table, folder / "pages.parquet", row_group_size=100)


def measure(code: str, folder: Path) -> tuple[float, float]:
    """CPU seconds, and the most memory in MB, of a job and all it starts."""
    (folder / "job.py").write_text(code, "utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYSPARK_PYTHON": sys.executable, "RAY_USAGE_STATS_ENABLED": "0"}
    with (folder / "log").open("wb") as log:
        job = subprocess.Popen([sys.executable, "job.py"], cwd=folder, env=env, stdout=log, stderr=log)
    spent: dict[tuple[int, str], float] = {}
    known = {job.pid}
    most = 0.0
    while job.poll() is None:
        memory = 0
        for pid in descendants(known):
            if found := usage(pid):
                key, cpu, size = found
                spent[pid, key] = max(cpu, spent.get((pid, key), 0.0))
                memory += size
        most = max(most, memory / 1024)
        time.sleep(0.1)
    if job.returncode:
        raise SystemExit((folder / "log").read_text("utf-8", "replace")[-2000:])
    return sum(spent.values()), most


def descendants(known: set[int]) -> set[int]:
    """All processes below those known; who was one stays one, whoever its parent is now."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := stat(int(name))):
            parents[int(name)] = int(fields[1])
    grew = True
    while grew:
        new = {pid for pid, parent in parents.items() if parent in known and pid not in known}
        known |= new
        grew = bool(new)
    return known & parents.keys()


def stat(pid: int) -> list[str]:
    """The fields of a process behind its name, or none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(") ")[2].split()
    except OSError:
        return []


def usage(pid: int) -> tuple[str, float, int] | None:
    """When a process started, its CPU seconds, its memory in kB."""
    fields = stat(pid)
    if not fields:
        return None
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
        size = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    except (OSError, StopIteration):
        size = 0
    return fields[19], (int(fields[11]) + int(fields[12])) / TICKS, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="*", default=list(JOBS))
    parser.add_argument("--pages", type=int, default=800)
    args = parser.parse_args()
    base = 0.0
    print(f"{args.pages} pages\n\n| | start, CPU s | CPU ms a page | cleaner run = 1 | memory, MB |")
    print("|---|--:|--:|--:|--:|", flush=True)
    for name in dict.fromkeys(("cleaner run", *args.engines)):
        found = []
        for count in (1, args.pages):
            with tempfile.TemporaryDirectory() as folder:
                prepare(Path(folder), count)
                found.append(measure(JOBS[name], Path(folder)))
        (start, _), (whole, memory) = found
        page = (whole - start) / (args.pages - 1)
        base = base or page
        print(f"| {name} | {start:.1f} | {1000 * page:.1f} | {page / base:.2f} | {memory:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
