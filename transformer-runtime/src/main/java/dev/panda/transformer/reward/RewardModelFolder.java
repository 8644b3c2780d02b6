package dev.panda.transformer.reward;

import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A reward model on disk: a folder with its card, {@code reward.json}, its head, {@code
 * head.safetensors}, and optionally its token head, {@code token_head.safetensors}, and its {@link
 * OwnWeights}.
 */
public final class RewardModelFolder {
  static final String CARD = "reward.json";
  static final String HEAD = "head.safetensors";
  static final String TOKEN_HEAD = "token_head.safetensors";

  private RewardModelFolder() {}

  /** Whether a folder has a card. */
  public static boolean hasCard(Path folder) {
    return Files.isRegularFile(folder.resolve(CARD));
  }

  /**
   * Reads only the card.
   *
   * @throws RewardModelException if the card is missing or invalid
   */
  public static RewardCard readCard(Path folder) {
    return RewardCardFile.read(folder.resolve(CARD));
  }

  /**
   * Reads the card and the heads.
   *
   * @throws RewardModelException if a file's content is invalid
   * @throws CheckpointException if a head is missing, or is no complete safetensors file
   */
  public static RewardModel read(Path folder) {
    RewardCard card = readCard(folder);
    return new RewardModel(
        card,
        HeadFile.read(folder.resolve(HEAD)),
        card.tokenHead().map(record -> TokenHeadFile.read(folder.resolve(TOKEN_HEAD))));
  }

  /**
   * Writes the card and the heads. Each file is first written under a temporary name and then moved
   * to its final name, the card last. An interruption leaves the old model or the new one; only an
   * interruption between the moves leaves a new head under the old card.
   *
   * @throws RewardModelException if the card cannot be written
   * @throws CheckpointException if a head cannot be written
   */
  public static void write(Path folder, RewardModel model) {
    Path card = folder.resolve(CARD);
    Path partial = folder.resolve("." + CARD + "." + UUID.randomUUID() + ".partial");
    try {
      Files.createDirectories(folder);
      try {
        RewardCardFile.write(partial, model.card());
        HeadFile.write(folder.resolve(HEAD), model.head());
        model.tokenHead().ifPresent(head -> TokenHeadFile.write(folder.resolve(TOKEN_HEAD), head));
        Files.move(
            partial, card, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (model.tokenHead().isEmpty()) {
          Files.deleteIfExists(folder.resolve(TOKEN_HEAD));
        }
        if (!model.card().hasOwnWeights()) {
          for (Path file : OwnWeights.files(folder)) {
            Files.delete(file);
          }
        }
      } finally {
        Files.deleteIfExists(partial);
      }
    } catch (IOException e) {
      throw new RewardModelException(card + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * Whether a reward model may be written to a folder: the folder is new, is empty, or contains
   * another reward model.
   */
  public static boolean takes(Path folder) {
    if (!Files.exists(folder) || hasCard(folder)) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException noFolder) {
      return false;
    }
  }

  /**
   * Moves a reward model from {@code model} in a work folder to its final folder, replacing a
   * reward model there, and deletes the work folder.
   *
   * @throws RewardModelException if it cannot be moved, or the final folder contains other files
   */
  public static void publish(Path work, Path folder) {
    if (!takes(folder)) {
      throw new RewardModelException(
          folder + ": contains other files (expected: only a reward model's)");
    }
    Path replaced = work.resolve("replaced");
    try {
      boolean replaces = Files.exists(folder);
      if (replaces) {
        deleteAll(replaced);
        Files.move(folder, replaced, StandardCopyOption.ATOMIC_MOVE);
      }
      try {
        Files.move(work.resolve("model"), folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (replaces) {
          Files.move(replaced, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        throw e;
      }
      deleteAll(work);
    } catch (IOException e) {
      throw new RewardModelException(folder + ": cannot be replaced: " + e.getMessage(), e);
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
