// What the reference implementation finds in a log, in the form of hlog_sample.cpp.

import java.io.File;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.HdrHistogram.HistogramLogReader;

class ReadLog {
  private static final String[] PERCENTS = {"1", "50", "90", "99", "99.9", "99.99", "100"};

  public static void main(String[] arguments) throws Exception {
    HistogramLogReader reader = new HistogramLogReader(new File(arguments[0]));
    while (reader.hasNext()) {
      EncodableHistogram next = reader.nextIntervalHistogram();
      if (next != null) {
        System.out.println(describe((Histogram) next));
      }
    }
  }

  private static String describe(Histogram histogram) {
    String tag = histogram.getTag();
    StringBuilder text = new StringBuilder(tag == null ? "-" : tag);
    text.append(' ').append(histogram.getStartTimeStamp());
    text.append(' ').append(histogram.getEndTimeStamp());
    for (String percent : PERCENTS) {
      long value = histogram.getValueAtPercentile(Double.parseDouble(percent));
      text.append(' ').append(percent).append('=').append(value);
    }
    for (HistogramIterationValue bucket : histogram.recordedValues()) {
      text.append(' ').append(bucket.getValueIteratedTo());
      text.append(':').append(bucket.getCountAtValueIteratedTo());
    }
    return text.toString();
  }
}
