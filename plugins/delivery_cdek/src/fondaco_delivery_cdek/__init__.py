"""What CDEK takes for a parcel, and where it hands parcels out."""
