package dev.panda.basemodel.training;

import java.util.List;

/**
 * A file of answers, as it was read.
 *
 * @param name without its folder
 * @param fingerprint SHA-256 of its bytes, in hexadecimal
 * @param skipped number of lines that could not be used
 */
record AnswerFile(String name, String fingerprint, List<Answer> answers, int skipped) {
  AnswerFile {
    answers = List.copyOf(answers);
  }
}
