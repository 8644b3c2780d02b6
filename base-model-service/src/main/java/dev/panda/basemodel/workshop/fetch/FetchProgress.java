package dev.panda.basemodel.workshop.fetch;

import java.util.OptionalLong;

/** Hears how far a download is. */
public interface FetchProgress {

  /**
   * Hears of progress, or that a part has to be downloaded again.
   *
   * @param bytes that are there
   * @param total of all files; empty if the server doesn't tell
   */
  void at(long bytes, OptionalLong total);
}
