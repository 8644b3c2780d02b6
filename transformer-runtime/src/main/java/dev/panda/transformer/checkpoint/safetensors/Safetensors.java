package dev.panda.transformer.checkpoint.safetensors;

import dev.panda.transformer.checkpoint.CheckpointFile;
import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.ScalarType;
import dev.panda.transformer.checkpoint.StoredElements;
import dev.panda.transformer.checkpoint.TensorInfo;
import dev.panda.transformer.checkpoint.safetensors.SafetensorsHeader.Entry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A safetensors file, open for reading: named tensors and the writer's strings. */
public final class Safetensors implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final CheckpointFile file;
  private final SafetensorsHeader header;
  private final Map<String, TensorInfo> tensors;

  private Safetensors(CheckpointFile file, SafetensorsHeader header) {
    this.file = file;
    this.header = header;
    Map<String, TensorInfo> infos = new LinkedHashMap<>();
    header.entries().forEach((name, entry) -> infos.put(name, entry.info()));
    this.tensors = Collections.unmodifiableMap(infos);
  }

  /**
   * Opens a file and checks its header; the caller closes it.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if there is no such file, or it is
   *     not a complete safetensors file
   */
  public static Safetensors open(Path path) {
    CheckpointFile file = CheckpointFile.open(path);
    try {
      return new Safetensors(file, SafetensorsHeader.read(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  public Path path() {
    return file.path();
  }

  /** The strings of {@code __metadata__}. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** The tensors by name, in header order. */
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /**
   * How a tensor's elements are stored.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if not as F32, F16 or BF16
   */
  public ElementFormat format(String name) {
    return format(tensors.get(name));
  }

  /**
   * Reads one tensor as float32, row-major.
   *
   * @throws dev.panda.transformer.checkpoint.CheckpointException if there is no such tensor, or its
   *     elements are not F32, F16 or BF16
   */
  public float[] read(String name) {
    return elements(name).readAll(tensors.get(name).size());
  }

  /**
   * Reads some rows of a tensor, as {@link dev.panda.transformer.checkpoint.Checkpoint#readRows}
   * describes.
   */
  public void readRows(String name, int first, int rows, float[] target, int at) {
    StoredElements elements = elements(name);
    int columns = tensors.get(name).columns();
    elements.read((long) first * columns, rows * columns, target, at);
  }

  private StoredElements elements(String name) {
    Entry entry = header.entries().get(name);
    if (entry == null) {
      throw file.error("tensor " + name + ": missing");
    }
    return new StoredElements(file, "tensor " + name, entry.begin(), format(entry.info()));
  }

  /**
   * Whether two tensors have the same type, shape and bytes. It reads them in pieces, so it needs
   * little memory, and stops at the first difference.
   */
  static boolean equal(Safetensors file, String name, Safetensors other, String otherName) {
    Entry one = file.header.entries().get(name);
    Entry two = other.header.entries().get(otherName);
    if (!one.info().type().equals(two.info().type())
        || !one.info().shape().equals(two.info().shape())) {
      return false;
    }
    ByteBuffer left = ByteBuffer.allocate(CHUNK_BYTES);
    ByteBuffer right = ByteBuffer.allocate(CHUNK_BYTES);
    long length = one.end() - one.begin();
    for (long at = 0; at < length; at += CHUNK_BYTES) {
      int bytes = (int) Math.min(CHUNK_BYTES, length - at);
      file.file.read(one.begin() + at, left.clear().limit(bytes), "tensor " + name);
      other.file.read(two.begin() + at, right.clear().limit(bytes), "tensor " + otherName);
      if (!left.equals(right)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    file.close();
  }

  private ScalarType format(TensorInfo info) {
    Optional<ScalarType> type =
        Arrays.stream(ScalarType.values()).filter(t -> t.name().equals(info.type())).findFirst();
    return type.orElseThrow(
        () ->
            file.error(
                "tensor "
                    + info.name()
                    + ": type "
                    + info.type()
                    + " (expected: one of "
                    + Arrays.toString(ScalarType.values())
                    + ")"));
  }
}
