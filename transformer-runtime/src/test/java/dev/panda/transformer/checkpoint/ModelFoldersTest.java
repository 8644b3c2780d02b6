package dev.panda.transformer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFoldersTest {
  @TempDir Path root;

  @Test
  void takesAnExistingPathAsItIs() {
    assertThat(new ModelFolders(List.of()).resolve(root.toString())).isEqualTo(root);
  }

  @Test
  void asksTheRootsInOrder() throws IOException {
    Path first = Files.createDirectories(root.resolve("first"));
    Path second = Files.createDirectories(root.resolve("second/tiny")).getParent();
    ModelFolders folders = new ModelFolders(List.of(first, second));

    assertThat(folders.resolve("tiny")).isEqualTo(second.resolve("tiny"));
    Files.createDirectory(first.resolve("tiny"));
    assertThat(folders.resolve("tiny")).isEqualTo(first.resolve("tiny"));
  }

  @Test
  void passesOverAFolderWithoutACheckpointWhereALaterRootHasOne() throws IOException {
    Files.createDirectories(root.resolve("first/tiny/rewards"));
    Path second = Files.createDirectories(root.resolve("second/tiny"));
    Files.createFile(second.resolve("tiny.gguf"));
    ModelFolders folders = new ModelFolders(List.of(root.resolve("first"), root.resolve("second")));

    assertThat(folders.resolve("tiny")).isEqualTo(second);
  }

  @Test
  void saysWhichThereAreAndWhereItLooked() throws IOException {
    Path first = Files.createDirectories(root.resolve("first"));
    Files.createDirectories(first.resolve("tiny/rewards"));
    Files.createFile(first.resolve("small.gguf"));
    Files.createFile(first.resolve("notes.txt"));
    Path second = Files.createDirectories(root.resolve("second/tiny")).getParent();
    Files.createFile(second.resolve("tiny/config.json"));
    Path third = root.resolve("third");

    assertThatThrownBy(() -> new ModelFolders(List.of(first, second, third)).resolve("no-such"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "model: no-such (expected: small.gguf, tiny, or a path; names are looked for in %s)",
            List.of(first, second, third));
    assertThatThrownBy(() -> new ModelFolders(List.of(third)).resolve("no-such"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "model: no-such (expected: a path; names are looked for in %s)", List.of(third));
    assertThatThrownBy(() -> new ModelFolders(List.of(root)).resolve(" "))
        .isInstanceOf(CheckpointException.class);
    assertThatThrownBy(() -> new ModelFolders(List.of(root)).resolve("a\0b"))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void standardRootsAreTheInstallationThenTheHome() {
    assertThat(ModelFolders.standard(Optional.of(root), Map.of("PANDA_HOME", "/somewhere")).roots())
        .containsExactly(root.resolve("deploy/models"), Path.of("/somewhere/models"));
    assertThat(ModelFolders.standard(Optional.empty(), Map.of()).roots())
        .containsExactly(Path.of(System.getProperty("user.home"), ".panda", "models"));
  }
}
