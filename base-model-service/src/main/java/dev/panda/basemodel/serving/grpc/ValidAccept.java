package dev.panda.basemodel.serving.grpc;

/**
 * An accepted token, within all bounds.
 *
 * @param drafted number of the last draft's first tokens that are accepted before it
 * @param tokenId of the token
 * @param within how far below the likeliest a candidate of the next steps may lie for it to be
 *     read, in nats
 * @param draft token ids that are expected next, which leave room for another one
 */
record ValidAccept(int drafted, int tokenId, double within, int[] draft) {
  /** Number of tokens that it accepts. */
  int tokens() {
    return drafted + 1;
  }
}
