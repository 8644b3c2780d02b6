package dev.panda.reward.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.transformer.checkpoint.SequenceClassification;
import dev.panda.transformer.reward.RewardTrace;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares classifiers of all supported architectures with transformers, label by label. */
class ClassifierFamiliesTest extends RewardLoaderCase {
  private static final List<String> LABELS = List.of("bad", "good", "very good");

  static List<String> architectures() {
    return SequenceClassification.architectures();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void theRewardIsTheScoreOfTheLabel(String architecture) throws IOException {
    Path model = copy(architecture);
    JsonNode cases = new JsonMapper().readTree(golden(architecture, "golden.json")).get("cases");
    assertThat(cases).hasSizeGreaterThan(2);
    for (int label = 0; label < LABELS.size(); label++) {
      try (ServedRewards served =
          load(Map.of("model", model.toString(), "label", LABELS.get(label)))) {
        for (JsonNode test : cases) {
          int[] prompt = new JsonMapper().convertValue(test.get("prompt"), int[].class);
          int[] response = new JsonMapper().convertValue(test.get("response"), int[].class);
          assertThat(raw(served, prompt, response))
              .as("%s of %s", LABELS.get(label), test)
              .isCloseTo(test.get("scores").get(label).doubleValue(), within(1e-4));
        }
      }
    }
  }

  private static double raw(ServedRewards served, int[] prompt, int[] response) {
    int[] tokens = IntStream.concat(IntStream.of(prompt), IntStream.of(response)).toArray();
    RewardTrace trace = new RewardTrace(served.models().get(0));
    for (float[] readout : served.read(tokens, prompt.length).join()) {
      trace.accept(readout[0]);
    }
    return trace.raw();
  }

  private Path copy(String architecture) throws IOException {
    Path model = Files.createDirectories(roots.resolve(architecture));
    for (String file : List.of("config.json", "model.safetensors")) {
      try (InputStream bytes = golden(architecture, file)) {
        Files.copy(bytes, model.resolve(file));
      }
    }
    TinyTokenizer.write(model);
    return model;
  }

  private static InputStream golden(String architecture, String file) {
    return ClassifierFamiliesTest.class.getResourceAsStream("/golden/" + architecture + "/" + file);
  }
}
