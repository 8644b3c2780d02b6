package dev.panda.transformer.decoder;

/** How {@code decoder.py} stores a matrix; the ordinal is its number there. */
enum MatrixFormat {
  /** Numbers of one type. */
  DENSE,
  /** float16 in the order that FBGEMM reads. */
  PACKED_FLOAT16,
  /** Integers of 8 bits with a scale for each row. */
  INT8,
  /** Integers of 4 bits with a scale and a middle for each 32 of a row. */
  INT4
}
