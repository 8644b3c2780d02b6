package dev.panda.transformer.checkpoint;

/**
 * Elements on grids of 16 steps, one grid for each {@link #GROUP} of them: element i of group g is
 * {@code (numbers[i] - 8) · scales[g] + middles[g]}.
 *
 * @param numbers from 0 to 15
 * @param scales distance of two steps, for each group
 * @param middles value of the number 8, for each group
 */
public record FourBitElements(byte[] numbers, float[] scales, float[] middles) {
  /** Elements on one grid. */
  public static final int GROUP = 32;

  /** Room for that many elements, a multiple of the group. */
  public static FourBitElements room(int elements) {
    int groups = elements / GROUP;
    return new FourBitElements(new byte[elements], new float[groups], new float[groups]);
  }
}
