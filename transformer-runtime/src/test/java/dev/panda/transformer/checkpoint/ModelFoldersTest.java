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
  void aNameIsAskedOfTheRootsBeforeTheWorkingDirectory() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    String name = Files.createTempDirectory(here, "model-").getFileName().toString();
    try {
      ModelFolders folders = new ModelFolders(List.of(root));
      assertThat(folders.resolve(name)).isEqualTo(Path.of(name));

      Files.createDirectory(root.resolve(name));
      assertThat(folders.resolve(name)).isEqualTo(root.resolve(name));
      assertThat(folders.resolve("./" + name)).isEqualTo(Path.of("./" + name));
      assertThat(folders.resolve(name + "/")).isEqualTo(Path.of(name));

      Files.createFile(Path.of(name, "config.json"));
      assertThat(folders.resolve(name)).as("no checkpoint below the root").isEqualTo(Path.of(name));
    } finally {
      Files.deleteIfExists(Path.of(name, "config.json"));
      Files.delete(Path.of(name));
    }
  }

  @Test
  void aPathIsNotLookedForBelowTheRoots() throws IOException {
    Path models = Files.createDirectories(root.resolve("models"));
    Files.createFile(models.resolve("small.gguf"));
    Files.createDirectories(models.resolve("some/tiny"));
    Files.createFile(root.resolve("up.gguf"));
    ModelFolders folders = new ModelFolders(List.of(models));

    assertThat(folders.resolve("small.gguf")).isEqualTo(models.resolve("small.gguf"));
    assertThat(folders.resolve(".")).isEqualTo(Path.of("."));
    assertThat(folders.resolve("..")).isEqualTo(Path.of(".."));
    for (String path : List.of("some/tiny", "./small.gguf", "../up.gguf")) {
      assertThatThrownBy(() -> folders.resolve(path))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("model: " + path + " (expected: ");
    }
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
    assertThatThrownBy(() -> new ModelFolders(List.of(first)).resolve("./no-such"))
        .hasMessage("model: ./no-such (expected: a folder or a .gguf file that exists)");
    assertThatThrownBy(() -> new ModelFolders(List.of(root)).resolve(" "))
        .isInstanceOf(CheckpointException.class);
    assertThatThrownBy(() -> new ModelFolders(List.of(root)).resolve("a\0b"))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void rewardModelsLieInTheModelsFolderThenBelowTheRootsUnderItsName() {
    ModelFolders folders = new ModelFolders(List.of(root.resolve("first"), root.resolve("second")));

    assertThat(folders.rewardFolders(root.resolve("second/tiny")))
        .containsExactly(root.resolve("second/tiny/rewards"), root.resolve("first/tiny/rewards"));
    assertThat(folders.rewardFolders(root.resolve("some/small.gguf")))
        .containsExactly(
            root.resolve("some/small.gguf/rewards"),
            root.resolve("first/small/rewards"),
            root.resolve("second/small/rewards"));
    assertThat(folders.rewardFolders(Path.of("tiny")).get(0))
        .isEqualTo(Path.of("tiny/rewards").toAbsolutePath());
  }

  @Test
  void onlyWhatCanBeACheckpointHoldsOne() throws IOException {
    Path folder = Files.createDirectory(root.resolve("folder"));
    assertThat(ModelFolders.holdsCheckpoint(folder)).isFalse();
    assertThat(ModelFolders.holdsCheckpoint(Files.createFile(root.resolve("notes.txt")))).isFalse();
    assertThat(ModelFolders.holdsCheckpoint(root.resolve("absent.gguf"))).isFalse();
    assertThat(ModelFolders.holdsCheckpoint(Files.createFile(root.resolve("a.gguf")))).isTrue();
    Files.createFile(folder.resolve("config.json"));
    assertThat(ModelFolders.holdsCheckpoint(folder)).isTrue();
  }

  @Test
  void standardRootsAreTheInstallationThenTheHome() {
    assertThat(ModelFolders.standard(Optional.of(root), Map.of("PANDA_HOME", "/somewhere")).roots())
        .containsExactly(root.resolve("deploy/models"), Path.of("/somewhere/models"));
    assertThat(ModelFolders.standard(Optional.empty(), Map.of()).roots())
        .containsExactly(Path.of(System.getProperty("user.home"), ".panda", "models"));
  }
}
