package dev.panda.basemodel.serving.model;

import java.util.List;

/**
 * What clients are told of the model.
 *
 * @param id the model's name
 * @param vocabularySize number of token ids
 * @param tokenizerFingerprint in hexadecimal
 * @param endTokenIds tokens that end a response
 * @param contextLength largest number of tokens of a prompt and its response together
 * @param numerics format of the weights
 * @param layers number of transformer blocks
 * @param hiddenSize width of a hidden state
 */
public record ModelDescription(
    String id,
    int vocabularySize,
    String tokenizerFingerprint,
    List<Integer> endTokenIds,
    int contextLength,
    String numerics,
    int layers,
    int hiddenSize) {}
