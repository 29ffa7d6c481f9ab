// What every page needs, fetched as one file once files are collected (config/scripts.py).
import "./theme.js";
import "./forms.js";
import "./drafts.js";
