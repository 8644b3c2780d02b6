package dev.panda.transformer.checkpoint.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.checkpoint.CheckpointException;
import dev.panda.transformer.checkpoint.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;

/** Writes safetensors files. */
public final class SafetensorsWriter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_ELEMENTS = 1 << 18;

  private SafetensorsWriter() {}

  /**
   * Writes the tensors in the order of the map. The file appears complete or not at all: the method
   * writes a temporary file beside it, flushes that to disk and moves it to the final path,
   * replacing any file there.
   *
   * @param metadata strings to store with the tensors; may be empty
   * @throws CheckpointException if the file cannot be written
   */
  public static void write(
      Path path, Map<String, TensorData> tensors, Map<String, String> metadata) {
    Path partial =
        path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".partial");
    try {
      try (FileChannel channel =
          FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeFully(channel, header(tensors, metadata));
        for (TensorData tensor : tensors.values()) {
          writeTensor(channel, tensor);
        }
        channel.force(true);
      }
      Files.move(
          partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      deleteQuietly(partial, e);
      throw new CheckpointException(path + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static ByteBuffer header(Map<String, TensorData> tensors, Map<String, String> metadata)
      throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      root.set("__metadata__", JSON.valueToTree(metadata));
    }
    long offset = 0;
    for (Map.Entry<String, TensorData> named : tensors.entrySet()) {
      TensorData tensor = named.getValue();
      ObjectNode entry = root.putObject(named.getKey()).put("dtype", tensor.type().name());
      tensor.shape().forEach(entry.putArray("shape")::add);
      long end = offset + (long) tensor.values().length * tensor.type().bytesPerBlock();
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    String json = JSON.writeValueAsString(root);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    int padding = Math.floorMod(-bytes.length, ALIGNMENT);
    return ByteBuffer.allocate(Long.BYTES + bytes.length + padding)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(bytes.length + padding)
        .put(bytes)
        .put(" ".repeat(padding).getBytes(StandardCharsets.UTF_8))
        .flip();
  }

  private static void writeTensor(FileChannel channel, TensorData tensor) throws IOException {
    float[] values = tensor.values();
    ByteBuffer chunk =
        ByteBuffer.allocate(Math.min(values.length, CHUNK_ELEMENTS) * tensor.type().bytesPerBlock())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK_ELEMENTS) {
      chunk.clear();
      int to = Math.min(values.length, from + CHUNK_ELEMENTS);
      for (int i = from; i < to; i++) {
        tensor.type().encode(values[i], chunk);
      }
      writeFully(channel, chunk.flip());
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void deleteQuietly(Path partial, IOException cause) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
