package dev.panda.basemodel.serving;

import dev.panda.transformer.engine.NativeLibraries;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the base-model service; PyTorch loads beside Quarkus. */
@QuarkusMain
public final class BaseModelService {
  private BaseModelService() {}

  public static void main(String... arguments) {
    NativeLibraries.loadInBackground();
    Quarkus.run(arguments);
  }
}
