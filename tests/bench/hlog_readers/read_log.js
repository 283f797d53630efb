// What the JavaScript implementation finds in a log, in the form of hlog_sample.cpp.
// usage: NODE_PATH=…/node_modules node read_log.js LOG

const fs = require("fs");
const hdr = require("hdr-histogram-js");

const PERCENTS = ["1", "50", "90", "99", "99.9", "99.99", "100"];

function describe(histogram) {
  const words = [
    histogram.tag === "NO TAG" ? "-" : histogram.tag,
    Math.round(histogram.startTimeStampMsec),
    Math.round(histogram.endTimeStampMsec),
  ];
  for (const percent of PERCENTS) {
    words.push(`${percent}=${histogram.getValueAtPercentile(Number(percent))}`);
  }
  const buckets = histogram.recordedValuesIterator;
  buckets.reset();
  while (buckets.hasNext()) {
    const bucket = buckets.next();
    words.push(`${bucket.valueIteratedTo}:${bucket.countAtValueIteratedTo}`);
  }
  return words.join(" ");
}

const reader = new hdr.HistogramLogReader(fs.readFileSync(process.argv[2], "utf8"));
for (let next = reader.nextIntervalHistogram(); next !== null; next = reader.nextIntervalHistogram()) {
  console.log(describe(next));
}
