package dev.panda.basemodel.workshop.training;

import dev.panda.transformer.chat.ChatTemplate;
import dev.panda.transformer.tokenizer.Tokenizer;
import dev.panda.transformer.workshop.training.ExampleFile;
import dev.panda.transformer.workshop.training.ExampleReader;
import dev.panda.transformer.workshop.training.TrainingException;
import java.util.ArrayList;
import java.util.List;

/**
 * The answers to learn and the answers held out, in tokens.
 *
 * @param leftOut number of unused answers
 * @param shortened number of answers that the context cuts
 * @param prompts number of different conversations
 */
record TrainingData(
    List<ExampleFile<Answer>> files,
    List<EncodedAnswer> training,
    List<EncodedAnswer> heldOut,
    int leftOut,
    int shortened,
    int prompts) {

  static TrainingData read(
      TrainingRequest request, Tokenizer tokenizer, ChatTemplate template, int endToken) {
    ExampleReader<Answer> reader = new ExampleReader<>(AnswerFormat.ANSWERS, request.skipInvalid());
    List<ExampleFile<Answer>> files = request.data().stream().map(reader::read).toList();
    List<Answer> all = files.stream().flatMap(file -> file.examples().stream()).toList();
    List<Answer> answers = request.selection().of(all, request.settings().seed());
    if (answers.isEmpty()) {
      throw new TrainingException(
          "answers: 0 of %d used (expected: at least one; %s)"
              .formatted(all.size(), request.selection()),
          "Sample with a higher --max-tokens, or choose another --cut-answers or --min-words.");
    }
    HoldOut.Split split =
        request.holdOut().split(answers, request.validationShare(), request.settings().seed());
    AnswerEncoder encoder =
        new AnswerEncoder(tokenizer, template, endToken, request.shape().context());
    List<EncodedAnswer> training = encode(split.training(), encoder, files);
    List<EncodedAnswer> heldOut = encode(split.heldOut(), encoder, files);
    int prompts = (int) answers.stream().map(Answer::messages).distinct().count();
    return new TrainingData(
        files, training, heldOut, all.size() - answers.size(), encoder.shortened(), prompts);
  }

  private static List<EncodedAnswer> encode(
      List<Answer> answers, AnswerEncoder encoder, List<ExampleFile<Answer>> files) {
    List<EncodedAnswer> encoded = new ArrayList<>();
    for (Answer answer : answers) {
      try {
        encoded.add(encoder.encode(answer));
      } catch (IllegalArgumentException e) {
        throw new TrainingException(
            "%s: %s".formatted(ExampleFile.place(files, answer), e.getMessage()),
            "Correct or remove that line, or raise --context if it is too long.",
            e);
      }
    }
    return encoded;
  }

  int skipped() {
    return files.stream().mapToInt(ExampleFile::skipped).sum();
  }

  /** Number of tokens that a pass reads. */
  long tokens() {
    return training.stream().mapToLong(EncodedAnswer::length).sum();
  }

  /** Length of the longest sequence, prompt and response together. */
  int longest() {
    return training.stream().mapToInt(answer -> answer.tokens().length).max().orElseThrow();
  }
}
