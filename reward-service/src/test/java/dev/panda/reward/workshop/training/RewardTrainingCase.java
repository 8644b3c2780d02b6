package dev.panda.reward.workshop.training;

import dev.panda.reward.workshop.batch.BatchProgress;
import dev.panda.reward.workshop.features.EngineBackbone;
import dev.panda.reward.workshop.features.FrozenBackbone;
import dev.panda.reward.workshop.pairs.PairFiles;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.decoder.Numerics;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardModel;
import dev.panda.transformer.testing.TinyCheckpoint;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Trains with a tiny random model, on pairs whose chosen responses use other letters. */
abstract class RewardTrainingCase {
  @TempDir static Path folder;

  static Path model;
  static Path training;
  static Path test;

  final List<String> notices = new ArrayList<>();

  @BeforeAll
  static void write() throws IOException {
    model = folder.resolve("tiny");
    TinyCheckpoint.llama(7).vocabSize(TinyTokenizer.SIZE).layers(3).write(model);
    TinyTokenizer.write(model);
    training = writePairs("train.jsonl", 0, 30, 1);
    test = writePairs("test.jsonl", 100, 20, 2);
  }

  RewardModel run(TrainingOptions options) {
    return new RewardTraining(options, BatchProgress.Display.NONE, notices::add).run();
  }

  static TrainingOptions options(
      List<Pooling> poolings, double clippedShare, String cache, Optional<Path> test, Path data) {
    return new TrainingOptions(
        new TrainingOptions.Model(
            model, "tiny", Numerics.FLOAT32, "cpu", 1, 1024, folder.resolve(cache)),
        new PairFiles(data, test, Optional.empty(), Integer.MAX_VALUE, false),
        new TrainingOptions.Search(
            List.of(),
            poolings,
            TrainingCuts.QUARTERS,
            List.of(0.1, 0.01),
            0.2,
            Optional.empty(),
            clippedShare),
        Optional.empty(),
        new TrainingOptions.Card("letters", "Early letters.", "made up", "MIT", 1, "panda"),
        3);
  }

  static FrozenBackbone backbone(Checkpoint checkpoint) {
    return new EngineBackbone(
        checkpoint, new EngineBackbone.Options(Numerics.FLOAT32, "cpu", 1, 256));
  }

  /** Two pairs for each prompt. */
  static Path writePairs(String name, int firstPrompt, int prompts, long seed) throws IOException {
    Random random = new Random(seed);
    List<String> lines = new ArrayList<>();
    for (int prompt = firstPrompt; prompt < firstPrompt + prompts; prompt++) {
      for (int i = 0; i < 2; i++) {
        lines.add(line("Question " + prompt, text(random, 'a'), text(random, 'n')));
      }
    }
    return Files.write(folder.resolve(name), lines);
  }

  static String line(String prompt, String chosen, String rejected) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],\"chosen\":\"%s\",\"rejected\":\"%s\"}"
        .formatted(prompt, chosen, rejected);
  }

  /** Text from thirteen letters of the alphabet and spaces. */
  static String text(Random random, char first) {
    StringBuilder text = new StringBuilder();
    int length = 16 + random.nextInt(16);
    for (int i = 0; i < length; i++) {
      boolean space = i % 5 == 4 && i + 1 < length;
      text.append(space ? ' ' : (char) (first + random.nextInt(13)));
    }
    return text.toString();
  }
}
