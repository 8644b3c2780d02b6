package dev.panda.transformer.decoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds devices by name. */
final class Devices {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  private Devices() {}

  /**
   * @param name {@code cpu}, {@code cuda}, or {@code cuda:1} and so on
   * @throws IllegalArgumentException if this machine has no such device
   */
  static Device parse(String name) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    Matcher cuda = CUDA.matcher(name);
    if (!cuda.matches()) {
      throw new IllegalArgumentException("device: " + name + " (expected: cpu, cuda or cuda:1 …)");
    }
    int index = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
    int count = Engine.getEngine("PyTorch").getGpuCount();
    if (index >= count) {
      throw new IllegalArgumentException(
          "device: %s (expected: one of the %d GPUs that PyTorch sees; is this the build for CUDA?)"
              .formatted(name, count));
    }
    return Device.gpu(index);
  }
}
