package dev.panda.reward.training;

import java.util.List;

/**
 * A file of pairs, as it was read.
 *
 * @param name without its folder
 * @param fingerprint SHA-256 of its bytes, in hexadecimal
 * @param skipped number of lines that could not be used
 */
record PairFile(String name, String fingerprint, List<PreferencePair> pairs, int skipped) {
  PairFile {
    pairs = List.copyOf(pairs);
  }
}
