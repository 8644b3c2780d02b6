package dev.panda.transformer.checkpoint.gguf;

import dev.panda.transformer.checkpoint.ElementFormat;
import dev.panda.transformer.checkpoint.FourBitGrid;
import dev.panda.transformer.checkpoint.ScalarType;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The supported element types of GGUF, named and numbered as in ggml. */
enum GgufType implements ElementFormat {
  F32(0, ScalarType.F32),
  F16(1, ScalarType.F16),
  Q4_0(2, new BlockFormat(32, 18, PlainBlocks::q4_0, PlainBlocks::unpackQ4_0)),
  Q4_1(3, new BlockFormat(32, 20, PlainBlocks::q4_1, PlainBlocks::unpackQ4_1)),
  Q5_0(6, new BlockFormat(32, 22, PlainBlocks::q5_0)),
  Q5_1(7, new BlockFormat(32, 24, PlainBlocks::q5_1)),
  Q8_0(8, new BlockFormat(32, 34, PlainBlocks::q8_0)),
  Q2_K(10, new BlockFormat(256, 84, KBlocks::q2_k)),
  Q3_K(11, new BlockFormat(256, 110, KBlocks::q3_k)),
  Q4_K(12, new BlockFormat(256, 144, KBlocks::q4_k, KBlocks::unpackQ4_k)),
  Q5_K(13, new BlockFormat(256, 176, KBlocks::q5_k)),
  Q6_K(14, new BlockFormat(256, 210, KBlocks::q6_k)),
  Q8_K(15, new BlockFormat(256, 292, KBlocks::q8_k)),
  IQ4_NL(20, new BlockFormat(32, 18, TableBlocks::iq4_nl)),
  IQ4_XS(23, new BlockFormat(256, 136, TableBlocks::iq4_xs)),
  BF16(30, ScalarType.BF16),
  MXFP4(39, new BlockFormat(32, 17, TableBlocks::mxfp4));

  private static final Map<Integer, GgufType> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toMap(type -> type.number, type -> type));
  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(40, "NVFP4"));

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

  /** How the type stores elements, without its name. */
  ElementFormat format() {
    return format;
  }

  /** ggml's number of the type. */
  int number() {
    return number;
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
  public Optional<FourBitGrid> grid() {
    return format.grid();
  }

  @Override
  public void decode(byte[] source, int from, int blocks, float[] target, int at) {
    format.decode(source, from, blocks, target, at);
  }
}
