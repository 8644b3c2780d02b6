package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.ScalarType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The supported element types of GGUF, named and numbered as in ggml. */
enum GgufType implements ElementFormat {
  F32(0, ScalarType.F32),
  F16(1, ScalarType.F16),
  Q4_0(2, new BlockFormat(32, 18, Dequantisation::q4_0)),
  Q4_1(3, new BlockFormat(32, 20, Dequantisation::q4_1)),
  Q8_0(8, new BlockFormat(32, 34, Dequantisation::q8_0)),
  Q4_K(12, new BlockFormat(256, 144, Dequantisation::q4_k)),
  Q6_K(14, new BlockFormat(256, 210, Dequantisation::q6_k)),
  BF16(30, ScalarType.BF16);

  private static final Map<Integer, GgufType> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toMap(type -> type.number, type -> type));
  private static final Map<Integer, String> OTHERS =
      Map.of(6, "Q5_0", 7, "Q5_1", 9, "Q8_1", 10, "Q2_K", 11, "Q3_K", 13, "Q5_K", 15, "Q8_K");

  private final int number;

  @SuppressWarnings("ImmutableEnumChecker") // every format above has no state
  private final ElementFormat format;

  GgufType(int number, ElementFormat format) {
    this.number = number;
    this.format = format;
  }

  static Optional<GgufType> of(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }

  /** The name of a type in messages, for unsupported types too. */
  static String nameOf(int number) {
    return of(number)
        .map(GgufType::name)
        .orElseGet(
            () -> OTHERS.getOrDefault(number, "ggml type " + Integer.toUnsignedString(number)));
  }

  @Override
  public int elementsPerBlock() {
    return format.elementsPerBlock();
  }

  @Override
  public int bytesPerBlock() {
    return format.bytesPerBlock();
  }

  @Override
  public void decode(ByteBuffer source, int blocks, float[] target, int at) {
    format.decode(source, blocks, target, at);
  }

  /** Decodes one block at the source's position into the target, from index {@code at}. */
  private interface BlockDecoder {
    void decode(ByteBuffer source, float[] target, int at);
  }

  private record BlockFormat(int elementsPerBlock, int bytesPerBlock, BlockDecoder decoder)
      implements ElementFormat {
    @Override
    public void decode(ByteBuffer source, int blocks, float[] target, int at) {
      int start = source.position();
      for (int block = 0; block < blocks; block++) {
        source.position(start + block * bytesPerBlock);
        decoder.decode(source, target, at + block * elementsPerBlock);
      }
    }
  }
}
