package dev.panda.transformer.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** PyTorch's native libraries. */
public final class NativeLibraries {
  private static final Logger LOG = System.getLogger(NativeLibraries.class.getName());

  private NativeLibraries() {}

  /**
   * Begins to load the libraries, which takes half a second, on a thread of its own. Whoever uses
   * them meanwhile waits; a failure is reported to whoever uses them next.
   */
  public static void loadInBackground() {
    Thread thread = new Thread(NativeLibraries::load, "native-libraries");
    thread.setDaemon(true);
    thread.start();
  }

  private static void load() {
    try {
      ai.djl.engine.Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      LOG.log(Level.WARNING, "native libraries: not loaded", e);
    }
  }
}
