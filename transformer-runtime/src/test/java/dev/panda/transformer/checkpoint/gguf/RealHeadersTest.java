package dev.panda.transformer.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.checkpoint.Checkpoint;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.Checkpoints;
import dev.panda.transformer.checkpoint.ModelTensors;
import dev.panda.transformer.checkpoint.Mutations;
import dev.panda.transformer.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages the headers of real GGUF files, 200 times in all: each is read, or refused by name. Needs
 * the files: the environment variable {@code PANDA_MODELS} names their folder, {@code
 * PANDA_SMOLLM2} one more. The tensors' data is not copied: it reads as zeros.
 */
class RealHeadersTest {
  private static final int ROUNDS = 200;

  /** The part of a header before the vocabulary, where a byte changes most. */
  private static final int FIRST_KEYS = 1 << 10;

  @TempDir private Path folder;

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES) // so that a file that is read for ever fails
  void damageIsNeverMoreThanAnError() throws IOException {
    List<Path> files =
        Stream.of("PANDA_MODELS", "PANDA_SMOLLM2")
            .map(System::getenv)
            .filter(Objects::nonNull)
            .map(Path::of)
            .flatMap(
                path -> (Files.isDirectory(path) ? GgufFiles.in(path) : List.of(path)).stream())
            .toList();
    if (files.isEmpty()) {
      System.err.println(
          "*** NOT RUN: damage to the headers of real GGUF files. Set PANDA_MODELS to their folder,"
              + " or PANDA_SMOLLM2 to one. ***");
    }
    Assumptions.assumeFalse(files.isEmpty(), "neither PANDA_MODELS nor PANDA_SMOLLM2 is set");
    for (Path file : files) {
      damage(file, ROUNDS / files.size() + 1);
    }
  }

  private void damage(Path file, int rounds) throws IOException {
    byte[] header = header(file);
    Path copy = folder.resolve("model.gguf");
    Mutations mutations = Mutations.seeded();
    SplittableRandom random = new SplittableRandom(mutations.seed());
    int refused = 0;
    for (int round = 0; round < rounds; round++) {
      int from = random.nextInt(3) == 0 ? 0 : random.nextInt(header.length - FIRST_KEYS);
      byte[] damaged = mutations.damage(header, round, from, from + FIRST_KEYS);
      write(copy, damaged, damaged.length < header.length ? damaged.length : Files.size(file));
      try {
        read(copy, round % 4 == 1);
      } catch (CheckpointException e) {
        refused++;
        assertThat(e).hasMessageContaining(copy.toString());
      }
    }
    System.out.printf("%s: %d mutations, %d refused%n", file.getFileName(), rounds, refused);
    assertThat(refused).isPositive();
  }

  private static void read(Path file, boolean withTokenizer) {
    try (Checkpoint checkpoint = Checkpoints.open(file)) {
      ModelTensors.check(checkpoint, checkpoint.config().numHiddenLayers(), true);
    }
    ChatTemplate.open(file);
    if (withTokenizer) {
      Tokenizers.check(file);
    }
  }

  private static byte[] header(Path file) throws IOException {
    Stream<GgufTensor> tensors = Gguf.read(file).tensors().values().stream();
    int end = (int) tensors.mapToLong(GgufTensor::offset).min().orElseThrow();
    try (RandomAccessFile whole = new RandomAccessFile(file.toFile(), "r")) {
      byte[] header = new byte[end];
      whole.readFully(header);
      return header;
    }
  }

  private static void write(Path file, byte[] header, long size) throws IOException {
    Files.deleteIfExists(file);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.write(header);
      sparse.setLength(size);
    }
  }
}
