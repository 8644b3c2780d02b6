package dev.panda.basemodel.serving.grpc;

/**
 * A prompt to be embedded, within all bounds.
 *
 * @param prompt token ids, at least one
 * @param layer block after which the state is read, from 1
 * @param mean whether the states are averaged; else the last one is taken
 */
record ValidEmbed(int[] prompt, int layer, boolean mean) {}
