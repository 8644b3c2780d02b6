package dev.panda.reward.serving;

import dev.panda.transformer.engine.NativeLibraries;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the reward service; PyTorch loads beside Quarkus. */
@QuarkusMain
public final class RewardService {
  private RewardService() {}

  public static void main(String... arguments) {
    NativeLibraries.loadInBackground();
    Quarkus.run(arguments);
  }
}
