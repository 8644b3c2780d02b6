package dev.panda.reward.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.panda.reward.serving.model.RewardLoader;
import dev.panda.reward.serving.model.RewardOptions;
import dev.panda.reward.serving.model.ServedRewards;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Owner;
import dev.panda.transformer.engine.SequenceRoom;
import dev.panda.transformer.reward.ResponseRewards;
import dev.panda.transformer.reward.RewardTrace;
import dev.panda.transformer.reward.ScoreUnit;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares a classifier whose end token is its padding with transformers. */
class PaddingGoldenTest {
  private static final int[] NONE = {};

  @TempDir private Path folder;

  @Test
  void wholeResponsesAreReadAtTheLastTokenThatIsNoPadding() throws IOException {
    compare(
        "score",
        (served, test) -> {
          int[] tokens = concatenate(test.prompt, test.response);
          float[][] readouts = served.read(tokens, test.prompt.length).join();
          RewardTrace trace = new RewardTrace(served.models().get(0));
          for (float[] readout : readouts) {
            trace.accept(readout[0]);
          }
          assertThat(trace.raw()).as(test.name).isCloseTo(test.score, within(1e-4));
        });
  }

  @Test
  void aCandidateThatIsPaddingHasTheRewardOfTheTokenBeforeIt() throws IOException {
    compare(
        "score",
        (served, test) -> {
          int last = test.response.length - 1;
          ResponseRewards rewards =
              new ResponseRewards(served.models(), new int[] {0}, ScoreUnit.RAW);
          try (ReadoutSource source =
              EngineReadoutSource.open(served, new SequenceRoom(32, 1), Owner.ANYONE).join()) {
            AdvanceResult prompt = source.advance(test.prompt, NONE).join();
            rewards.begin(prompt.acceptedReadouts()[test.prompt.length - 1]);
            for (int i = 0; i < last; i++) {
              int[] next = {test.response[i]};
              rewards.accept(source.advance(next, NONE).join().acceptedReadouts()[0]);
            }
            int[] candidate = {test.response[last]};
            AdvanceResult step = source.advance(NONE, candidate).join();
            assertThat(rewards.score(candidate, step.candidateReadouts())[0])
                .as(test.name)
                .isCloseTo(test.score, within(1e-4));
          }
        });
  }

  @Test
  void withoutAPaddingTokenTheLastTokenCounts() throws IOException {
    Path config = copy().resolve("config.json");
    String text = Files.readString(config);
    Files.writeString(config, text.replace("\"pad_token_id\": 2", "\"pad_token_id\": null"));
    compare(
        "score_without_padding",
        (served, test) -> {
          int[] tokens = concatenate(test.prompt, test.response);
          float[][] readouts = served.read(tokens, test.prompt.length).join();
          RewardTrace trace = new RewardTrace(served.models().get(0));
          trace.accept(readouts[readouts.length - 1][0]);
          assertThat(trace.raw()).as(test.name).isCloseTo(test.score, within(1e-4));
        });
  }

  private record Case(String name, int[] prompt, int[] response, double score) {}

  private void compare(String score, BiConsumer<ServedRewards, Case> check) throws IOException {
    Path model = Files.exists(folder.resolve("classifier")) ? folder.resolve("classifier") : copy();
    RewardOptions options =
        new RewardOptions(
            model.toString(),
            Optional.empty(),
            List.of(folder),
            Optional.empty(),
            false,
            new RewardOptions.Running(Numerics.FLOAT32, "cpu", 1, 64, 32, Duration.ofSeconds(10)));
    try (ServedRewards served = new RewardLoader(options, notice -> {}).load();
        InputStream golden = golden("golden.json")) {
      JsonNode cases = new JsonMapper().readTree(golden).path("cases");
      assertThat(cases).hasSizeGreaterThan(5);
      for (JsonNode json : cases) {
        check.accept(
            served,
            new Case(
                json.toString(),
                ids(json.path("prompt")),
                ids(json.path("response")),
                json.path(score).doubleValue()));
      }
    }
  }

  private Path copy() throws IOException {
    Path model = Files.createDirectories(folder.resolve("classifier"));
    for (String file : List.of("config.json", "model.safetensors")) {
      try (InputStream bytes = golden(file)) {
        Files.copy(bytes, model.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    TinyTokenizer.write(model);
    return model;
  }

  private static InputStream golden(String file) {
    return PaddingGoldenTest.class.getResourceAsStream("/golden/classifier/" + file);
  }

  private static int[] ids(JsonNode list) {
    int[] ids = new int[list.size()];
    Arrays.setAll(ids, i -> list.get(i).intValue());
    return ids;
  }

  private static int[] concatenate(int[] prompt, int[] response) {
    int[] tokens = Arrays.copyOf(prompt, prompt.length + response.length);
    System.arraycopy(response, 0, tokens, prompt.length, response.length);
    return tokens;
  }
}
