package dev.panda.basemodel.serving.grpc;

/**
 * A prompt to embed, within all bounds.
 *
 * @param prompt token ids, at least one
 * @param layer block after which the state is read, from 1
 * @param mean whether to average the states; otherwise the last state counts
 */
record ValidEmbed(int[] prompt, int layer, boolean mean) {}
