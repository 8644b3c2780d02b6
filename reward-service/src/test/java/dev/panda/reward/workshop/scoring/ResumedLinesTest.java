package dev.panda.reward.workshop.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.panda.transformer.workshop.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumedLinesTest {
  @TempDir private Path folder;

  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("new/lines.txt");
  }

  @Test
  void appearsOnceItIsComplete() throws IOException {
    try (ResumedLines lines = ResumedLines.open(file, "a")) {
      lines.add("one");
      assertThat(file).doesNotExist();
      lines.finish();
    }

    assertThat(file).hasContent("one\n");
    assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
    assertThat(file.getParent().toFile().list()).hasSize(1);
  }

  @Test
  void resumesAfterTheLastCompleteLine() throws IOException {
    try (ResumedLines lines = ResumedLines.open(file, "a")) {
      lines.add("one");
      lines.add("zwei – 2");
    }
    Path partial = file.resolveSibling("lines.txt.a.partial");
    Files.writeString(partial, "thr", StandardOpenOption.APPEND);

    try (ResumedLines lines = ResumedLines.open(file, "a")) {
      assertThat(lines.size()).isEqualTo(2);
      lines.add("three");
      assertThat(lines.size()).isEqualTo(3);
      lines.finish();
    }

    assertThat(Files.readString(file)).isEqualTo("one\nzwei – 2\nthree\n");
  }

  @Test
  void countsLinesOfFilesLongerThanItReadsAtOnce() throws IOException {
    String long40k = "x".repeat(40_000);
    try (ResumedLines lines = ResumedLines.open(file, "a")) {
      for (int i = 0; i < 5; i++) {
        lines.add(long40k);
      }
    }

    try (ResumedLines lines = ResumedLines.open(file, "a")) {
      assertThat(lines.size()).isEqualTo(5);
    }
  }

  @Test
  void otherLinesStartFromTheBeginning() throws IOException {
    try (ResumedLines lines = ResumedLines.open(file, "a")) {
      lines.add("one");
    }

    try (ResumedLines lines = ResumedLines.open(file, "b")) {
      assertThat(lines.size()).isZero();
    }
  }

  @Test
  void isWrittenByOneAtATime() throws IOException {
    try (ResumedLines lines = ResumedLines.open(file, "a")) {
      lines.add("one");

      assertThatThrownBy(() -> ResumedLines.open(file, "a"))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("lines.txt.a.partial: in use by another process");
    }
  }
}
