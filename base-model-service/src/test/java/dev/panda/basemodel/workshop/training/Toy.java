package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.testing.TinyTokenizer;
import dev.panda.transformer.tokenizer.TokenizerReduction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** A data set small enough to be memorised in seconds. */
final class Toy {
  static final int MERGES = 28;

  static final Map<String, String> ANSWERS = new LinkedHashMap<>();

  static {
    ANSWERS.put("sky?", "Blue, and the sun in it.");
    ANSWERS.put("rain?", "Water on the other hill.");
    ANSWERS.put("an?", "Only then.");
  }

  private Toy() {}

  static void writeTokenizer(Path folder) {
    new TokenizerReduction(
            MERGES, BaseTraining.SPECIAL_TOKENS, BaseTraining.END, BaseTraining.CHAT_TEMPLATE)
        .write(larger(folder.resolve("larger")), folder);
  }

  /** A tokenizer to reduce. */
  static Path larger(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TinyTokenizer.write(folder);
    return folder;
  }

  /** Writes each answer twice. */
  static Path writeAnswers(Path file) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int copy = 0; copy < 2; copy++) {
      ANSWERS.forEach(
          (question, answer) ->
              lines.append(
                  "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}], \"response\": \"%s\"}\n"
                      .formatted(question, answer)));
    }
    return Files.writeString(file, lines);
  }

  static TrainingRequest request(Path folder, String output, Budget budget) throws IOException {
    return new TrainingRequest(
        List.of(writeAnswers(folder.resolve("answers.jsonl"))),
        false,
        new Selection(CutAnswers.LEARN, 1, Optional.empty(), Integer.MAX_VALUE),
        larger(folder.resolve("larger")),
        MERGES,
        new ModelShape(32, 2, 4, 2, 64, 64),
        HoldOut.ANSWERS,
        0,
        new Settings(2, 0.01, 5, 0.01, 1, 7, budget),
        folder.resolve(output),
        Duration.ZERO,
        "cpu",
        1,
        new TrainingRequest.Card(
            "apache-2.0", "Made up.", "panda train-base --data answers.jsonl"));
  }

  /** Answers of random tokens, of many lengths. */
  static List<EncodedAnswer> answers(int count, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              int[] tokens = random.ints(8 + random.nextInt(40), 0, 64).toArray();
              tokens[0] = i % 64;
              return new EncodedAnswer(tokens, 4);
            })
        .toList();
  }
}
