//! What an export is worth: it loads, it reads well, and planning it back shows
//! adoptions only.

mod back;
mod grants;
mod large;
mod reading;
mod states;
mod tenants;
