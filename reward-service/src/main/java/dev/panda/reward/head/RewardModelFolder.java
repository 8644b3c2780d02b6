package dev.panda.reward.head;

import dev.panda.transformer.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A reward model on disk: a folder with its card, {@code reward.json}, and its head, {@code
 * head.safetensors}.
 */
public final class RewardModelFolder {
  static final String CARD = "reward.json";
  static final String HEAD = "head.safetensors";

  private RewardModelFolder() {}

  /** Whether a folder has a card. */
  public static boolean hasCard(Path folder) {
    return Files.isRegularFile(folder.resolve(CARD));
  }

  /**
   * Reads the card alone.
   *
   * @throws RewardModelException if it is missing or not what it should be
   */
  public static RewardCard readCard(Path folder) {
    return RewardCardFile.read(folder.resolve(CARD));
  }

  /**
   * Reads card and head.
   *
   * @throws RewardModelException if a file does not say what it should
   * @throws CheckpointException if the head is missing, or no whole safetensors file
   */
  public static RewardModel read(Path folder) {
    return new RewardModel(readCard(folder), HeadFile.read(folder.resolve(HEAD)));
  }

  /**
   * Writes card and head, the card last, so that a folder with a card is whole.
   *
   * @throws RewardModelException if the card cannot be written
   * @throws CheckpointException if the head cannot be written
   */
  public static void write(Path folder, RewardModel model) {
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(folder.resolve(CARD));
    } catch (IOException e) {
      throw new RewardModelException(folder + ": cannot be written: " + e.getMessage(), e);
    }
    HeadFile.write(folder.resolve(HEAD), model.head());
    RewardCardFile.write(folder.resolve(CARD), model.card());
  }
}
