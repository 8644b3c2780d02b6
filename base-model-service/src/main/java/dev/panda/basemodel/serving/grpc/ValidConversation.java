package dev.panda.basemodel.serving.grpc;

/**
 * A conversation as the model's template renders it.
 *
 * @param text special tokens written out
 */
record ValidConversation(String text, int[] tokenIds) {}
