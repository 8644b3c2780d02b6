package dev.panda.basemodel.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.chat.ChatMessage;
import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.engine.Engine;
import dev.panda.transformer.engine.EngineOptions;
import dev.panda.transformer.engine.Sequence;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.tokenizer.Tokenizers;
import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaseTrainingTest {
  private static final Budget BY_HEART = new Budget.Updates(150);
  private static final Budget SHORT = new Budget.Updates(12);

  @TempDir private Path folder;

  /** Interrupts training like a kill: no further code runs. */
  private record Killer(long update) implements TrainingProgress {
    @Override
    public void say(String line) {}

    @Override
    public void updated(long done, OptionalLong total, double loss) {
      if (done == update) {
        throw new IllegalStateException("killed");
      }
    }
  }

  /** Stops training after the current update. */
  private static final class Stopper implements TrainingProgress {
    private final long update;
    private long done;

    private Stopper(long update) {
      this.update = update;
    }

    @Override
    public void say(String line) {}

    @Override
    public void updated(long number, OptionalLong total, double loss) {
      done = number;
    }

    @Override
    public boolean stops() {
      return done == update;
    }
  }

  @Test
  void repeatsItsAnswersWhenServed() throws IOException {
    TrainedModel trained =
        BaseTraining.run(Toy.request(folder, "toy", BY_HEART), TrainingProgress.NONE).orElseThrow();
    assertThat(trained.trainingLoss()).isLessThan(0.1);
    EngineOptions options =
        new EngineOptions(
            Numerics.FLOAT32, "cpu", 1, true, List.of(), 128, 64, Duration.ofSeconds(1));
    try (Checkpoint checkpoint = Checkpoints.open(trained.folder());
        Engine engine = Engine.load(checkpoint, options);
        Tokenizer tokenizer = Tokenizers.open(trained.folder())) {
      assertThat(checkpoint.config().endTokenIds()).containsExactly(0);
      assertThat(checkpoint.config().vocabSize()).isEqualTo(tokenizer.vocabularySize());
      ChatTemplate template = ChatTemplate.open(trained.folder()).orElseThrow();
      Toy.ANSWERS.forEach(
          (question, answer) -> {
            String prompt =
                template.render(List.of(new ChatMessage("user", question)), true).text();
            assertThat(greedy(engine, tokenizer, prompt)).as(question).isEqualTo(answer);
          });
    }
  }

  private static String greedy(Engine engine, Tokenizer tokenizer, String prompt) {
    List<Integer> response = new ArrayList<>();
    try (Sequence sequence = engine.open(64, 0).join()) {
      int[] accepted = tokenizer.encode(prompt, false);
      int promptTokens = accepted.length;
      while (promptTokens + response.size() < 64) {
        int next = sequence.advance(accepted, new int[0], 1).join().next().orElseThrow().ids()[0];
        if (engine.config().endTokenIds().contains(next)) {
          break;
        }
        response.add(next);
        accepted = new int[] {next};
      }
    }
    return tokenizer.decode(response.stream().mapToInt(Integer::intValue).toArray(), true);
  }

  @Test
  void writesAWholeFolderAndTidiesUp() throws IOException {
    BaseTraining.run(Toy.request(folder, "toy", SHORT), TrainingProgress.NONE);
    try (var files = Files.list(folder.resolve("toy"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "config.json",
              "generation_config.json",
              "model.safetensors",
              "tokenizer.json",
              "tokenizer_config.json",
              "README.md");
    }
    assertThat(folder.resolve("toy.training")).doesNotExist();
    assertThat(folder.resolve("toy").resolve("README.md"))
        .content()
        .startsWith("---\nlicense: apache-2.0\n")
        .contains("# toy\n", "panda train-base --data answers.jsonl", "3 prompts", "12 updates")
        .doesNotContain(folder.toString());
  }

  @Test
  void killedAnywhereArrivesAtTheSameModel() throws IOException {
    BaseTraining.run(Toy.request(folder, "whole", SHORT), TrainingProgress.NONE);
    TrainingRequest killed = Toy.request(folder, "killed", SHORT);
    for (long update : new long[] {1, 4, 11}) {
      assertThatThrownBy(() -> BaseTraining.run(killed, new Killer(update))).hasMessage("killed");
      assertThat(killed.output()).doesNotExist();
    }
    Files.writeString(folder.resolve("killed.training/.state.safetensors.x.partial"), "half");
    BaseTraining.run(killed, TrainingProgress.NONE);
    assertThat(folder.resolve("killed/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
    assertThat(folder.resolve("killed.training")).doesNotExist();
  }

  @Test
  void anotherSeedGivesAnotherModel() throws IOException {
    TrainingRequest one = Toy.request(folder, "one", SHORT);
    BaseTraining.run(one, TrainingProgress.NONE);
    BaseTraining.run(withSeed(Toy.request(folder, "same", SHORT), 7), TrainingProgress.NONE);
    BaseTraining.run(withSeed(Toy.request(folder, "other", SHORT), 8), TrainingProgress.NONE);
    byte[] weights = Files.readAllBytes(folder.resolve("one/model.safetensors"));
    assertThat(Files.readAllBytes(folder.resolve("same/model.safetensors"))).isEqualTo(weights);
    assertThat(Files.readAllBytes(folder.resolve("other/model.safetensors"))).isNotEqualTo(weights);
  }

  private static TrainingRequest withSeed(TrainingRequest request, long seed) {
    Settings settings = request.settings();
    return with(
        request,
        request.shape(),
        new Settings(
            settings.batchSize(),
            settings.learningRate(),
            settings.warmUp(),
            settings.decay(),
            settings.clip(),
            seed,
            settings.budget()),
        request.saveEvery());
  }

  private static TrainingRequest with(
      TrainingRequest request, ModelShape shape, Settings settings, Duration saveEvery) {
    return new TrainingRequest(
        request.data(),
        request.skipInvalid(),
        request.selection(),
        request.tokenizerFrom(),
        request.merges(),
        shape,
        request.holdOut(),
        request.validationShare(),
        settings,
        request.output(),
        saveEvery,
        request.device(),
        request.threads(),
        request.card());
  }

  @Test
  void refusesToResumeWithOtherSettings() throws IOException {
    TrainingRequest request = Toy.request(folder, "toy", SHORT);
    assertThatThrownBy(() -> BaseTraining.run(request, new Killer(3))).hasMessage("killed");
    assertThatThrownBy(
            () ->
                BaseTraining.run(
                    Toy.request(folder, "toy", new Budget.Updates(13)), TrainingProgress.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("started with another budget: 12 updates (now: 13 updates)");
  }

  @Test
  void namesTheLineOfAPromptThatLeavesNoRoom() throws IOException {
    TrainingRequest toy = Toy.request(folder, "toy", SHORT);
    ModelShape shape = toy.shape();
    ModelShape narrow =
        new ModelShape(
            shape.width(),
            shape.layers(),
            shape.heads(),
            shape.keyValueHeads(),
            shape.feedForward(),
            4);
    TrainingRequest request = with(toy, narrow, toy.settings(), toy.saveEvery());
    assertThatThrownBy(() -> BaseTraining.run(request, TrainingProgress.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching("[^/]+, line \\d+: messages: \\d+ tokens \\(expected: fewer than .*");
  }

  @Test
  void refusesToResumeWithAnotherShape() throws IOException {
    TrainingRequest request = Toy.request(folder, "toy", SHORT);
    assertThatThrownBy(() -> BaseTraining.run(request, new Killer(3))).hasMessage("killed");
    ModelShape shape = request.shape();
    ModelShape wider =
        new ModelShape(
            2 * shape.width(),
            shape.layers(),
            shape.heads(),
            shape.keyValueHeads(),
            shape.feedForward(),
            shape.context());
    TrainingRequest other = with(request, wider, request.settings(), request.saveEvery());
    assertThatThrownBy(() -> BaseTraining.run(other, TrainingProgress.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("started with another shape: ");
  }

  @Test
  void stopsOnRequestAndResumesLater() throws IOException {
    TrainingRequest toy = Toy.request(folder, "stopped", SHORT);
    TrainingRequest request = with(toy, toy.shape(), toy.settings(), Duration.ofHours(1));
    assertThat(BaseTraining.run(request, new Stopper(5))).isEmpty();
    assertThat(request.output()).doesNotExist();
    assertThat(BaseTraining.run(request, TrainingProgress.NONE)).isPresent();
    BaseTraining.run(Toy.request(folder, "whole", SHORT), TrainingProgress.NONE);
    assertThat(folder.resolve("stopped/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
  }

  @Test
  void refusesAnOutputThatExists() throws IOException {
    TrainingRequest request = Toy.request(folder, "toy", SHORT);
    Files.createDirectories(request.output());
    assertThatThrownBy(() -> BaseTraining.run(request, TrainingProgress.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("exists (expected: a new folder)");
  }
}
