package dev.panda.transformer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files from {@code make_reference_files.py}. */
public final class References {
  private References() {}

  public static byte[] bytes(String name) {
    try (InputStream stream = References.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode json(String name) {
    try {
      return new JsonMapper().readTree(bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A copy of a file in a folder. */
  public static Path copy(String name, Path folder) {
    try {
      return Files.write(folder.resolve(name.substring(name.lastIndexOf('/') + 1)), bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
