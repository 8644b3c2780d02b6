package dev.panda.basemodel.workshop.models;

import java.util.Locale;

/** Numbers of bytes for people. */
public final class ByteSize {
  private static final double KILOBYTE = 1e3;
  private static final double MEGABYTE = 1e6;
  private static final double GIGABYTE = 1e9;

  private ByteSize() {}

  /** A size in kB, MB or GB, such as {@code 1.07 GB}. */
  public static String of(long bytes) {
    if (bytes >= GIGABYTE) {
      return String.format(Locale.ROOT, "%.2f GB", bytes / GIGABYTE);
    }
    return bytes >= MEGABYTE
        ? String.format(Locale.ROOT, "%.1f MB", bytes / MEGABYTE)
        : String.format(Locale.ROOT, "%.1f kB", bytes / KILOBYTE);
  }
}
