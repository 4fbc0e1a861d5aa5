// Makes tiny-bert/vocab.txt and the tokens in tiny-bert/sentences.json with the tokeniser of the npm package @xenova/transformers:
//   npm install --ignore-scripts @xenova/transformers@2.17 && node tokenise.mjs
import { writeFileSync } from 'node:fs';
import { BertTokenizer } from '@xenova/transformers/src/tokenizers.js';

const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
const symbols = [...'.,:;!?&()-/\'"$+=#@*'];
const words = ['the', 'a', 'of', 'to', 'cafe', 'music', 'song', 'album', 'play', 'baby', 'bottle', 'water', 'warm', 'star', 'light',
    'electronic', 'rock', 'pop', 'size', 'pack', 'inch', 'black', 'blue', 'new', 'old', 'best', 'greatest', 'hits', 'don', 'un', 're',
    '中', '文', 'α', 'ω', 'ж', 'ß', '™', '…', '“', 'æ', 'i', 'ᄒ', 'é', 'É', 'Music', 'The'];
const endings = ['ing', 'ed', 's', 'er', 'est', 'ly', 'ness', 'proof', 'aff', 'able', 'ization', 'ᅡ', 'ᆫ'];
const vocabulary = [...new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...symbols, ...letters,
    ...words, ...letters.map(x => '##' + x), ...endings.map(x => '##' + x)])];
writeFileSync('tiny-bert/vocab.txt', vocabulary.join('\n') + '\n');

const sentences = [
    'The greatest hits of electronic music', 'Café MÜSIC, naïve Ångström!', 'waterproof baby-bottle (warmer) 12-pack: $9.99',
    'don\'t play unaffable songs & re-play', '中文 songs 中文album', 'ΑΩ ω Ж straße ™ … “quoted”', '한 han', 'x', '',
    'zzzz\u0000zz a\u200bb\u00adc tab\there\nnewline\u00a0nbsp', '𝒳 astral 😀 emoji', 'İstanbul ISTANBUL', '𠀀 rare ideograph',
    'under_score^caret`tick~tilde|bar<less>', 'e\u0301 combining', 'ﬁne ligature Ⅳ ½',
    'a'.repeat(101) + ' long', 'a'.repeat(100) + ' long',
    'the best old black album the best new blue album the best pop rock album of the greatest hits to play again and again',
    '[CLS] literal [MASK]',
];
const config = { model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100,
        vocab: Object.fromEntries(vocabulary.map((x, i) => [x, i])) },
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' }, decoder: { type: 'WordPiece', prefix: '##', cleanup: true }, added_tokens: [],
    post_processor: { type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: '[CLS]', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '[SEP]', type_id: 0 } }],
        pair: [], special_tokens: {} } };
const uncased = new BertTokenizer(structuredClone(config), { do_lower_case: true, pad_token: '[PAD]', unk_token: '[UNK]', sep_token: '[SEP]' });
config.normalizer.lowercase = false;
const cased = new BertTokenizer(config, { do_lower_case: false, pad_token: '[PAD]', unk_token: '[UNK]', sep_token: '[SEP]' });
const limit = tokens => tokens.length <= 32 ? tokens : [...tokens.slice(0, 31), vocabulary.indexOf('[SEP]')];
writeFileSync('tiny-bert/sentences.json', JSON.stringify(sentences.map(text =>
    ({ text, tokens: limit(uncased.encode(text)), casedTokens: limit(cased.encode(text)) }))));
