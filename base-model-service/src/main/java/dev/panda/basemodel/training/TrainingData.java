package dev.panda.basemodel.training;

import dev.panda.transformer.tokenizer.ChatTemplate;
import dev.panda.transformer.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is learned and what is held out, in tokens.
 *
 * @param cut number of answers that had been cut at a limit
 * @param leftOut number of these that are not learned
 * @param shortened number of answers that the context cuts
 * @param prompts number of different conversations
 */
record TrainingData(
    List<AnswerFile> files,
    List<EncodedAnswer> training,
    List<EncodedAnswer> heldOut,
    int cut,
    int leftOut,
    int shortened,
    int prompts) {

  static TrainingData read(
      TrainingRequest request, Tokenizer tokenizer, ChatTemplate template, int endToken) {
    AnswerReader reader = new AnswerReader(request.skipInvalid());
    List<AnswerFile> files = request.data().stream().map(reader::read).toList();
    List<Answer> answers = new ArrayList<>();
    int cut = 0;
    int leftOut = 0;
    for (AnswerFile file : files) {
      for (Answer answer : file.answers()) {
        Optional<Answer> kept =
            answer.whole() ? Optional.of(answer) : request.cutAnswers().apply(answer);
        kept.ifPresent(answers::add);
        cut += answer.whole() ? 0 : 1;
        leftOut += kept.isPresent() ? 0 : 1;
      }
    }
    if (answers.isEmpty()) {
      throw new TrainingException(
          "answers: all %d were cut at a limit and left out".formatted(cut),
          "Sample with a higher --max-tokens, or choose --cut-answers otherwise.");
    }
    HoldOut.Split split =
        request.holdOut().split(answers, request.validationShare(), request.settings().seed());
    AnswerEncoder encoder =
        new AnswerEncoder(tokenizer, template, endToken, request.shape().context());
    List<EncodedAnswer> training = split.training().stream().map(encoder::encode).toList();
    List<EncodedAnswer> heldOut = split.heldOut().stream().map(encoder::encode).toList();
    int prompts = (int) answers.stream().map(Answer::messages).distinct().count();
    return new TrainingData(files, training, heldOut, cut, leftOut, encoder.shortened(), prompts);
  }

  int skipped() {
    return files.stream().mapToInt(AnswerFile::skipped).sum();
  }

  /** Tokens that a pass reads. */
  long tokens() {
    return training.stream().mapToLong(EncodedAnswer::length).sum();
  }

  /** Longest sequence, prompt and response together. */
  int longest() {
    return training.stream().mapToInt(answer -> answer.tokens().length).max().orElseThrow();
  }
}
