package dev.panda.reward.workshop.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.panda.reward.serving.model.RewardLoader;
import dev.panda.reward.serving.model.RewardOptions;
import dev.panda.reward.serving.model.ServedRewards;
import dev.panda.reward.testing.TinyRewards;
import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.engine.AdvanceResult;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.reward.ResponseRewards;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.reward.RewardModelFolder;
import dev.panda.transformer.reward.ScoreUnit;
import dev.panda.transformer.reward.TokenHeadRecord;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenHeadTrainingTest {
  private static final String TEACHER = "increment-clipped";
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,!?-";

  @TempDir private static Path model;
  private static Path data;

  @TempDir private Path folder;
  private final List<String> notices = new ArrayList<>();

  @BeforeAll
  static void write() throws IOException {
    TinyRewards.write(model);
    data = model.resolve("answers.jsonl");
    Random random = new Random(5);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      StringBuilder response = new StringBuilder();
      for (int c = 0; c < 32; c++) {
        response.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      lines.add(line("Q" + i % 50, response.toString()));
    }
    Files.write(data, lines);
  }

  private static String line(String prompt, String response) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"response\":\"%s\"}"
        .formatted(prompt, response);
  }

  private RewardModel train(Path teacher, Path file, List<Integer> layers, int epochs) {
    return train(teacher, file, layers, epochs, "fast");
  }

  private RewardModel train(
      Path teacher, Path file, List<Integer> layers, int epochs, String name) {
    return new TokenHeadTraining(
            new TokenHeadTraining.Options(
                model,
                teacher,
                file,
                false,
                new TokenHeadTraining.Reading(Numerics.FLOAT32, "cpu", 1, 64, 1000, 24, 6),
                new TokenHeadTraining.Learning(layers, 16, epochs, 0.2, 3),
                "MIT",
                name,
                "panda train-token-head"),
            BatchProgress.Display.NONE,
            notices::add)
        .run();
  }

  private static Path teacher() {
    return model.resolve("rewards").resolve(TEACHER);
  }

  @Test
  void agreesWithItsRewardModelOnOtherPrompts() {
    RewardModel fast = train(teacher(), data, List.of(), 20);

    TokenHeadRecord record = fast.card().tokenHead().orElseThrow();
    assertThat(fast.card().preference()).isEqualTo("fast");
    assertThat(fast.card().readout()).isEqualTo(RewardModelFolder.readCard(teacher()).readout());
    assertThat(record.teacher()).isEqualTo(TEACHER);
    assertThat(record.layer()).isEqualTo(2);
    assertThat(record.steps()).isEqualTo(240 * 24);
    assertThat(record.heldOutSteps()).isEqualTo(60 * 16);
    // Most of the likely tokens never came next, and tokens of a random model carry no information
    // about each other. By chance the mean over so many steps would be 0 ± 0.015.
    assertThat(record.rankAgreement()).isGreaterThan(0.1);
    assertThat(notices).hasSize(1).allMatch(line -> line.contains("rank agreement"));
  }

  /** Serves two token heads, on two layers, together with their reward model. */
  @Test
  void areServedAsTheyWereWritten() {
    RewardModel swift = train(teacher(), data, List.of(2), 1, "swift");
    RewardModel fast = train(teacher(), data, List.of(3), 1, "fast");
    RewardModelFolder.write(folder.resolve("swift"), swift);
    RewardModelFolder.write(folder.resolve("fast"), fast);
    try (ServedRewards served =
            load(
                teacher().toString(),
                folder.resolve("swift").toString(),
                folder.resolve("fast").toString());
        Sequence sequence = served.engine().open(20, 0).join()) {
      int[] preferences = {index(served, "swift"), index(served, "fast")};
      ResponseRewards both =
          new ResponseRewards(served.models(), preferences, ScoreUnit.NORMALISED);
      ResponseRewards all =
          new ResponseRewards(
              served.models(), new int[] {0, 1, index(served, TEACHER)}, ScoreUnit.RAW);
      assertThat(both.readsCandidates()).isFalse();
      assertThat(all.readsCandidates()).isTrue();
      int[] tokens = {40, 41, 42, 43};
      AdvanceResult step = sequence.advance(tokens, new int[0], 0).join();
      both.begin(step.acceptedReadouts()[1]);
      for (int i = 2; i < tokens.length; i++) {
        both.accept(step.acceptedReadouts()[i]);
        all.accept(step.acceptedReadouts()[i]);
      }

      assertThat(Arrays.stream(all.whole()).distinct()).hasSize(1);
      int[] candidates = {7, 50, 3};
      double[] estimated = both.score(candidates, new float[0][]);
      double[] ofSwift = expected(served, swift, 2, tokens, candidates);
      double[] ofFast = expected(served, fast, 3, tokens, candidates);
      for (int z = 0; z < candidates.length; z++) {
        assertThat(estimated[2 * z]).isCloseTo(ofSwift[z], within(1e-4));
        assertThat(estimated[2 * z + 1]).isCloseTo(ofFast[z], within(1e-4));
      }
    }
  }

  /** A token head's estimates from the state that the engine pools. */
  private static double[] expected(
      ServedRewards served, RewardModel model, int layer, int[] tokens, int[] candidates) {
    float[] lastAndMean =
        served.engine().pool(tokens, 0, new int[] {tokens.length}, new int[] {layer}).join();
    float[] state = Arrays.copyOf(lastAndMean, TinyRewards.HIDDEN);
    float[] projections = model.tokenHead().orElseThrow().projections(state, candidates);
    return IntStream.range(0, candidates.length)
        .mapToDouble(z -> (double) projections[z] + model.head().bias())
        .map(model.card().readout()::term)
        .map(model.card().calibration()::normalise)
        .toArray();
  }

  private static int index(ServedRewards served, String preference) {
    return served.models().stream().map(m -> m.card().preference()).toList().indexOf(preference);
  }

  private static ServedRewards load(String... preferences) {
    return new RewardLoader(
            new RewardOptions(
                model.toString(),
                Optional.empty(),
                List.of(),
                Optional.of(List.of(preferences)),
                false,
                new RewardOptions.Running(
                    Numerics.FLOAT32, "cpu", 1, 256, 64, Duration.ofSeconds(5))),
            notice -> {})
        .load();
  }

  @Test
  void refusesALayerThatTheBackboneLacks() {
    assertThatThrownBy(() -> train(teacher(), data, List.of(4), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("layers: 4 (expected: 1 to 3, the backbone's)");
  }

  @Test
  void refusesASinglePrompt() throws IOException {
    Path file = folder.resolve("one.jsonl");
    Files.write(file, List.of(line("Q", "abc"), line("Q", "def")));

    assertThatThrownBy(() -> train(teacher(), file, List.of(), 1))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("1 prompts (expected: at least 2");
  }
}
