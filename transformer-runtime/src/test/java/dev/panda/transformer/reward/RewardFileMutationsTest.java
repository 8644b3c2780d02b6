package dev.panda.transformer.reward;

import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.FileMutations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardFileMutationsTest {
  private static final int ROUNDS = 1500;

  @TempDir private Path folder;

  private final FileMutations mutations =
      new FileMutations(
          () -> RewardModelFolder.read(folder),
          e -> e instanceof RewardModelException || e instanceof CheckpointException);

  @BeforeEach
  void write() {
    RewardModel model = Models.model(Pooling.MEAN, Optional.of(new Clip(-1, 1)), 0.5f);
    TokenHead head =
        new TokenHead(new float[][] {{1, 2, 3}}, new float[] {1, 2}, new float[] {3, 4});
    RewardCard card = model.card().withTokenHead("fast", RewardModelFolderTest.TOKEN_HEAD);
    RewardModelFolder.write(folder, new RewardModel(card, model.head(), Optional.of(head)));
  }

  @Test
  void cards() throws IOException {
    mutations.json(folder.resolve("reward.json"), ROUNDS);
    mutations.bytes(folder.resolve("reward.json"), ROUNDS);
  }

  @Test
  void heads() throws IOException {
    for (String file : new String[] {"head.safetensors", "token_head.safetensors"}) {
      mutations.header(folder.resolve(file), ROUNDS);
      mutations.bytes(folder.resolve(file), ROUNDS);
    }
  }
}
