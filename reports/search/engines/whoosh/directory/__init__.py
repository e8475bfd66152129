"""Files: mapped, checked, written durably; generations; locks."""
