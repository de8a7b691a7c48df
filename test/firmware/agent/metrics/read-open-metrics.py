# Reads OpenMetrics from standard input with the Python client's own parser, which refuses what is not of the format.
# Says how many samples there were of each type.
import collections
import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

counts = collections.Counter()
for family in text_string_to_metric_families(sys.stdin.read()):
    counts[family.type] += len(family.samples)
print(json.dumps(counts))
