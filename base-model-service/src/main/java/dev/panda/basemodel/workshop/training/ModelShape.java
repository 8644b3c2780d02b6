package dev.panda.basemodel.workshop.training;

/**
 * The shape of a Llama with tied embeddings.
 *
 * @param width of a hidden state
 * @param layers number of blocks
 * @param heads number of query heads; the width is a multiple of twice their number
 * @param keyValueHeads a divisor of {@code heads}
 * @param feedForward width of the feed-forward layers
 * @param context largest number of tokens of prompt and response together
 */
public record ModelShape(
    int width, int layers, int heads, int keyValueHeads, int feedForward, int context) {

  public ModelShape {
    require(width, "width", width >= 2, ">= 2");
    require(layers, "layers", layers >= 1, ">= 1");
    require(
        heads,
        "heads",
        heads >= 1 && width % (2 * heads) == 0,
        "a number that gives each head an even share of the width " + width);
    require(
        keyValueHeads,
        "key-value heads",
        keyValueHeads >= 1 && heads % keyValueHeads == 0,
        "a divisor of heads, " + heads);
    require(feedForward, "feed-forward", feedForward >= 1, ">= 1");
    require(context, "context", context >= 2, ">= 2");
  }

  private static void require(int value, String name, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }

  int headDim() {
    return width / heads;
  }

  /** Number of weights for a vocabulary of that size. */
  long weights(int vocabulary) {
    long attention = 2L * width * width + 2L * width * keyValueHeads * headDim();
    long block = attention + 3L * width * feedForward + 2L * width;
    return (long) vocabulary * width + layers * block + width;
  }
}
