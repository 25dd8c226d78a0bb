//! Tokens of values one by one: `tokens(packed)`.
//!
//! Enters: what `seen` of a page or a statement packs. Leaves: lists of a token and how many cells have it. Never here: a value.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Int64Array, ListArray, StructArray,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use event::payload::Seen;

/// The function.
pub(super) fn function() -> ScalarUDF {
    ScalarUDF::new_from_impl(Tokens {
        signature: Signature::any(1, Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Tokens {
    signature: Signature,
}

fn fields() -> Fields {
    let number = |name| Field::new(name, DataType::Int64, true);
    Fields::from(vec![number("token"), number("cells")])
}

impl ScalarUDFImpl for Tokens {
    fn name(&self) -> &'static str {
        "tokens"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::Binary | DataType::LargeBinary | DataType::BinaryView] => {
                Ok(DataType::new_list(DataType::Struct(fields()), true))
            }
            _ => exec_err!("tokens takes the field tokens of seen"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(packed) = arguments.args.first() else {
            return exec_err!("tokens takes the field tokens of seen");
        };
        let packed = cast(&packed.to_array(arguments.number_rows)?, &DataType::Binary)?;
        let packed: &BinaryArray = packed.as_binary::<i32>();
        let (mut tokens, mut cells) = (Vec::new(), Vec::new());
        let mut lengths = Vec::with_capacity(packed.len());
        for bytes in packed.iter() {
            let before = tokens.len();
            for (token, times) in Seen::entries(bytes.unwrap_or_default()) {
                tokens.push(token.cast_signed());
                cells.push(i64::from(times));
            }
            lengths.push(tokens.len() - before);
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(tokens)),
            Arc::new(Int64Array::from(cells)),
        ];
        let items = StructArray::try_new(fields(), columns, None)?;
        let field = Field::new_list_field(DataType::Struct(fields()), true);
        let offsets = OffsetBuffer::from_lengths(lengths);
        let nulls = packed.nulls().cloned();
        let list = ListArray::try_new(Arc::new(field), offsets, Arc::new(items), nulls)?;
        Ok(ColumnarValue::Array(Arc::new(list)))
    }
}
