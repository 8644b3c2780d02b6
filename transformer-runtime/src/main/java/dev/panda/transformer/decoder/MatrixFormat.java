package dev.panda.transformer.decoder;

/** How {@code decoder.py} stores a matrix. */
enum MatrixFormat {
  /** Numbers of one type. */
  DENSE(0),
  /** float16 in the order that FBGEMM reads. */
  PACKED_FLOAT16(1),
  /** Integers of 8 bits with a scale for each row. */
  INT8(2),
  /** Integers of 4 bits with a scale and a middle for each 32 of a row. */
  INT4(3);

  private final int number;

  MatrixFormat(int number) {
    this.number = number;
  }

  /** Its number in {@code decoder.py}. */
  int number() {
    return number;
  }
}
