package dev.panda.api;

import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The contracts as descriptors. */
final class Contracts {
  private Contracts() {}

  /** As they are, with their comments. */
  static FileDescriptorSet compiled() {
    try (InputStream file = Files.newInputStream(Path.of(System.getProperty("contracts.file")))) {
      return FileDescriptorSet.parseFrom(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As they were recorded, without comments. */
  static FileDescriptorSet recorded() {
    try (InputStream file = Contracts.class.getResourceAsStream("contracts.binpb")) {
      return FileDescriptorSet.parseFrom(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
