//! Texts without the differences that people do not mean.

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;

/// The text in NFKC and without case (Unicode, section 3.13, `toNFKC_Casefold` but for ignorables).
pub fn fold(text: &str) -> String {
    let folded = UniCase::unicode(text.nfkc().collect::<String>()).to_folded_case();
    folded.nfkc().collect()
}
