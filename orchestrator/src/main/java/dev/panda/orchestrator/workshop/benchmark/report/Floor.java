package dev.panda.orchestrator.workshop.benchmark.report;

/**
 * The least time that a token can take on a machine whose memory is the limit: its weights have to
 * be read.
 *
 * @param weightBytes that a token reads
 * @param bytesPerSecond how fast memory is read
 */
public record Floor(long weightBytes, double bytesPerSecond) {
  public double millis() {
    return 1e3 * weightBytes / bytesPerSecond;
  }

  String inWords() {
    return "%.3f GB of weights take %.2f ms to read: the floor of a token of one stream"
        .formatted(weightBytes / 1e9, millis());
  }
}
