"""A Spark job: a folder of Parquet files with the columns id and html to a folder with clean texts and their ledger.

    pip install 'boilerplate-cleaner[spark]'      # and Java 17
    spark-submit spark_job.py pages.parquet clean.parquet

On a cluster the executors need the package, too (docs/etl/spark.md).
"""

from __future__ import annotations

import sys

from pyspark.sql import SparkSession

from cleaner.etl.spark import clean_dataframe


def main(source: str, target: str) -> None:
    spark = SparkSession.builder.appName("clean").getOrCreate()
    pages = spark.read.parquet(source)
    clean = clean_dataframe(pages, profile="balanced")
    clean.write.mode("overwrite").parquet(target)
    for row in spark.read.parquet(target).groupBy("status").count().collect():
        print(f"{row['status']}: {row['count']}")
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
